"""The live index: found while it is typed, in every process, and never garbage."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideas.similarity import compose
from ideas.similarity.index import IndexDamaged, SimilarIndex, exact_search, numba_kernels
from ideas.similarity.index.query import weigh_query
from ideas.similarity.text.tfidf import Corpus
from tests.similarity.test_knn_graph import every_likeness

ROOT = Path(__file__).parents[2]
TEXTS = {
    1: "Horaires des bus en temps réel",
    2: "Horaires des trains régionaux",
    3: "Menus des cantines scolaires",
    4: "Qualité de l'eau du robinet dans chaque commune",
    5: "Prix des carburants autour de chez moi",
    6: "Places libres dans les crèches municipales",
    7: "Accidents de vélo par carrefour",
}


@pytest.fixture(scope="module")
def demo():
    lines = (ROOT / "ideas" / "demo" / "ideas.jsonl").read_text().splitlines()
    ideas = [json.loads(line) for line in lines]
    return {idea["number"]: compose(idea["title"], idea["data_wanted"]) for idea in ideas}


@pytest.fixture
def index():
    return SimilarIndex.build(list(TEXTS), list(TEXTS.values()))


@pytest.fixture
def folder(index, tmp_path):
    index.save(tmp_path / "index")
    return tmp_path / "index"


def first(index, text):
    found = index.search(text, k=1)
    return found[0].id if found else None


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("horaires des bus", 1),
        ("horraires de buss", 1),
        ("HORAIRE TRAIN REGIONAL", 2),
        ("cantine scolaire", 3),
        ("cantnie", 3),
        ("qualite de leau", 4),
        ("l’eau", 4),
        ("carburnat", 5),
        ("creche municipale", 6),
        ("vélos", 7),
        ("places " + "mot " * 10_000, 6),
        ("crèche\0", 6),
    ],
)
def test_what_is_meant_comes_first(index, typed, meant):
    assert first(index, typed) == meant


@pytest.mark.parametrize("typed", ["", " ", "\0", "de la", "zzzzzz", "…", "\ud800", "a" * 100_000, "語" * 50])
def test_what_says_nothing_finds_nothing(index, typed):
    assert index.search(typed) == []


def test_a_text_finds_itself_wholly_alike(index):
    assert [index.search(text, k=1)[0][:2] for text in TEXTS.values()] == [
        (key, pytest.approx(1, abs=1e-6)) for key in TEXTS
    ]


def test_results_are_in_order_and_say_why(index):
    found = index.search("horaires de bus et de trains")
    assert [one.id for one in found] == [2, 1] and found[0].likeness >= found[1].likeness > 0
    assert found[1].words == ["bus", "Horaires"] or found[1].words == ["Horaires", "bus"]


def test_words_are_shown_as_they_are_most_written():
    index = SimilarIndex.build([1, 2, 3], ["écoles rurales", "les écoles", "ECOLE urbaine"])
    assert index.search("ecole")[0].words == ["écoles"]


def test_plurals_swapped_find_the_same_idea_first(demo):
    index = SimilarIndex.build(list(demo), list(demo.values()))
    swapped = {
        key: " ".join(w[:-1] if w.endswith("s") else f"{w}s" for w in text.split()) for key, text in demo.items()
    }
    same = [first(index, swapped[key]) == key for key in demo]
    assert np.mean(same) >= 0.985


@settings(max_examples=40, deadline=None)
@given(
    texts=st.lists(st.lists(st.sampled_from("abcdefghijklmnop"), max_size=9).map(lambda w: " ".join(x * 3 for x in w))),
    query=st.lists(st.sampled_from("abcdefghijklmnopq"), max_size=9).map(lambda w: " ".join(x * 3 for x in w)),
    k=st.integers(1, 60),
)
def test_any_corpus_answers_any_query(texts, query, k):
    found = SimilarIndex.build(range(len(texts)), texts).search(query, k)
    assert len(found) <= k and all(0 < one.likeness <= 1 and one.words for one in found)
    assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)


@pytest.mark.parametrize("many", [exact_search.NUMBA_FROM, 0], ids=["NumPy", "compiled"])
@pytest.mark.parametrize("seed", range(5))
def test_the_best_by_stems_are_never_missed(seed, many, monkeypatch):
    monkeypatch.setattr(exact_search, "NUMBA_FROM", many)
    monkeypatch.setattr(exact_search, "_TOP", 4)
    monkeypatch.setattr(exact_search, "_MEASURED_FIRST", 8)
    chance = np.random.default_rng(seed)
    words = [f"mot{int(number)}" for number in chance.pareto(0.8, 20_000) * 5 % 300]
    texts = [" ".join(words[start : start + int(chance.integers(2, 20))]) for start in range(0, 20_000, 20)]
    index = SimilarIndex.build(range(len(texts)), texts)
    index.remove(13)
    scores = every_likeness(Corpus.fit(texts).matrix)
    np.fill_diagonal(scores, 1)
    scores[:, 13] = 0
    segments = index._segments
    for row in range(0, len(texts), 20):
        query = weigh_query(texts[row], "fr", segments.base, segments.delta)
        segments._exact_search.query_weights[query.numbers] = query.weights
        _, cosines = segments._exact_search.search(*query, 10, 50, segments._hidden)
        segments._exact_search.query_weights[query.numbers] = 0
        assert cosines[:10] == pytest.approx(np.sort(scores[row])[: -len(cosines[:10]) - 1 : -1], abs=1e-3)


@pytest.mark.parametrize("few", [0, 1], ids=["every sum", "what was read"])
def test_compiled_loops_answer_what_those_of_numpy_do(few, demo, monkeypatch):
    monkeypatch.setattr(numba_kernels, "_FEW_ENTRIES", few)
    plain = SimilarIndex.build(list(demo), list(demo.values()))
    monkeypatch.setattr(exact_search, "NUMBA_FROM", 0)
    compiled = SimilarIndex.build(list(demo), list(demo.values()))
    for key, text in [(0, ""), (0, "horraires de buss"), *demo.items()]:
        assert compiled.search(text, 20) == plain.search(text, 20)
        for index in (plain, compiled):
            index.remove(key)


def test_an_addition_is_found_and_replaced_and_removed(index):
    index.add(8, "Pistes cyclables à Lyon")
    assert first(index, "piste cyclable") == 8
    index.add(8, "Toilettes publiques à Nantes")
    assert (first(index, "toilettes"), first(index, "piste cyclable")) == (8, None)
    index.remove(8)
    assert first(index, "toilettes") is None and index.ids() == set(TEXTS) and len(index) == len(TEXTS)


def test_a_text_of_the_base_is_replaced_and_removed(index):
    index.add(1, "Piscines ouvertes le dimanche")
    assert (first(index, "piscine"), first(index, "bus")) == (1, None)
    index.remove(1)
    assert first(index, "piscine") is None and 1 not in index.ids()


def test_what_another_process_does_is_seen_at_the_next_search(folder):
    mine, theirs = SimilarIndex.open(folder), SimilarIndex.open(folder)
    theirs.add(8, "Pistes cyclables à Lyon", language="fr")
    theirs.remove(1)
    assert (first(mine, "piste cyclable"), first(mine, "bus")) == (8, None)
    again = SimilarIndex.open(folder)
    assert (first(again, "piste cyclable"), first(again, "bus")) == (8, None)


def test_saying_the_same_again_writes_nothing(folder):
    index = SimilarIndex.open(folder)
    index.add(8, "Pistes cyclables à Lyon")
    size = journal(folder).stat().st_size
    for other in (index, SimilarIndex.open(folder)):
        other.add(8, "Pistes cyclables à Lyon")
        other.add(1, TEXTS[1])
        other.remove(99)
    assert journal(folder).stat().st_size == size


def test_additions_before_the_first_save_are_kept(index, tmp_path):
    index.add(8, "Pistes cyclables")
    index.remove(1)
    index.save(tmp_path)
    again = SimilarIndex.open(tmp_path)
    assert again.ids() == {*TEXTS, 8} - {1}
    again.save(tmp_path / "elsewhere")
    assert SimilarIndex.open(tmp_path / "elsewhere").ids() == again.ids()


def test_every_process_turns_to_a_new_index(folder):
    mine = SimilarIndex.open(folder)
    SimilarIndex.build([1, 2], ["Ruches déclarées", "Forages d'eau"]).save(folder)
    assert mine.ids() == {1, 2} and first(mine, "ruche") == 1 and first(mine, "cantine") is None


def test_nothing_is_lost_while_an_index_is_rebuilt(folder):
    live = SimilarIndex.open(folder)
    live.add(8, "Pistes cyclables")

    def read():
        live.add(9, "Ruches déclarées")
        live.remove(2)
        return list(TEXTS), list(TEXTS.values()), None

    SimilarIndex.rebuild(folder, read)
    assert live.ids() == {*TEXTS, 9} - {2}
    assert SimilarIndex.open(folder).ids() == live.ids()


def test_what_was_removed_stays_so_in_a_late_index(folder):
    SimilarIndex.open(folder).remove(2)
    SimilarIndex.build(list(TEXTS), list(TEXTS.values())).save(folder)
    assert 2 not in SimilarIndex.open(folder).ids()


def test_what_came_back_after_a_removal_is_in_a_late_index(folder):
    live = SimilarIndex.open(folder)
    live.remove(2)
    live.add(2, TEXTS[2])
    SimilarIndex.build(list(TEXTS), list(TEXTS.values())).save(folder)
    assert 2 in live.ids()


def test_ids_may_be_strings_but_not_both():
    index = SimilarIndex.build(["53699d", "5369a0"], ["Base des adresses", "Cadastre"])
    index.add("5369ff", "Zones inondables")
    assert (first(index, "adresse"), first(index, "inondable")) == ("53699d", "5369ff")
    assert first(SimilarIndex.build(np.array([4]), ["Cadastre"]), "cadastre") == 4
    for ids in ([1, 1], [1.5, 2.5], [None, None]):
        with pytest.raises(ValueError, match="whole numbers"):
            SimilarIndex.build(ids, ["un", "deux"])
    for key in (True, None, 1.5):
        with pytest.raises(TypeError, match="whole number"):
            index.add(key, "texte")


def test_an_empty_index_can_be_saved_and_filled(tmp_path):
    SimilarIndex.build([], []).save(tmp_path)
    index = SimilarIndex.open(tmp_path)
    assert index.search("bus") == []
    index.add(1, "Horaires des bus")
    assert first(SimilarIndex.open(tmp_path), "bus") == 1


def journal(folder):
    return next(folder.glob("journal.*"))


def cut(path, keep):
    path.write_bytes(path.read_bytes()[:keep])


def flip(path, place):
    content = bytearray(path.read_bytes())
    content[place] ^= 0x10
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        lambda index: index.unlink(),
        lambda index: index.write_bytes(b""),
        lambda index: index.write_bytes(b"not an index" * 100),
        lambda index: cut(index, 20),
        lambda index: cut(index, 300),
        lambda index: cut(index, index.stat().st_size - 8),
        lambda index: flip(index, 3),
        lambda index: flip(index, 30),
        lambda index: flip(index, 100),
        lambda index: flip(index, index.stat().st_size // 2),
        lambda index: flip(index, index.stat().st_size - 1),
        lambda index: journal(index.parent).unlink(),
    ],
)
def test_a_damaged_index_is_refused_then_rebuilt(folder, damage):
    SimilarIndex.open(folder).remove(1)
    damage(folder / "index")
    with pytest.raises(IndexDamaged):
        SimilarIndex.open(folder)
    SimilarIndex.rebuild(folder, lambda: ([2, 3], ["bus", "train"], None))
    assert SimilarIndex.open(folder).ids() == {2, 3}


def test_a_damaged_line_of_the_journal_is_refused(folder):
    index = SimilarIndex.open(folder)
    index.add(8, "Pistes cyclables")
    index.add(9, "Ruches déclarées")
    flip(journal(folder), 20)
    with pytest.raises(IndexDamaged):
        SimilarIndex.open(folder)


def test_a_journal_cut_behind_a_reader_is_refused(folder):
    index = SimilarIndex.open(folder)
    index.add(8, "Pistes cyclables à Lyon")
    cut(journal(folder), 0)
    with pytest.raises(IndexDamaged):
        index.search("pistes")


def test_a_line_torn_by_a_crash_never_happened(folder):
    index = SimilarIndex.open(folder)
    index.add(8, "Pistes cyclables")
    whole = journal(folder).read_bytes()
    for torn in (whole[:10], whole[:-1], b"\0" * 100):
        journal(folder).write_bytes(whole + torn)
        assert SimilarIndex.open(folder).ids() == {*TEXTS, 8}
    SimilarIndex.open(folder).add(9, "Ruches déclarées")
    assert index.ids() == SimilarIndex.open(folder).ids() == {*TEXTS, 8, 9}


def test_a_save_cut_short_leaves_the_old_index(folder):
    (folder / "new.0123456789abcdef").write_bytes(b"half of an index")
    (folder / "journal.0123456789abcdef").write_bytes(b"")
    index = SimilarIndex.open(folder)
    index.remove(1)
    assert SimilarIndex.open(folder).ids() == set(TEXTS) - {1}
    SimilarIndex.build([5], ["bus"]).save(folder)
    assert sorted(path.name.split(".")[0] for path in folder.iterdir()) == ["index", "journal", "lock"]


def test_processes_that_write_together_lose_nothing(folder):
    program = """
import sys
from ideas.similarity.index import SimilarIndex
index, first = SimilarIndex.open(sys.argv[1]), int(sys.argv[2])
for key in range(first, first + 25):
    index.add(key, f"Ruche numéro {key}")
    assert key in index.ids()
"""
    writers = [
        subprocess.Popen([sys.executable, "-c", program, folder, str(start)], cwd=ROOT) for start in (100, 200, 300)
    ]
    for _ in range(3):
        SimilarIndex.rebuild(folder, lambda: told_by_the_database(folder))
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    kept = SimilarIndex.open(folder).ids()
    assert kept == {*TEXTS, *range(100, 125), *range(200, 225), *range(300, 325)}


def told_by_the_database(folder):
    ids = sorted(SimilarIndex.open(folder).ids())
    return ids, [TEXTS.get(key, f"Ruche numéro {key}") for key in ids], None


def test_a_web_process_loads_no_heavy_library(folder):
    program = """
import sys
from ideas.similarity.index import SimilarIndex
index = SimilarIndex.open(sys.argv[1])
index.add(8, "Pistes cyclables à Lyon")
assert index.search("horraires de bus") and index.search("piste cyclable")
print(sorted({"numba", "scipy", "sklearn", "joblib", "dask"} & sys.modules.keys()))
SimilarIndex.rebuild(sys.argv[1], lambda: ([1, 2], ["Ruches déclarées", "Forages d'eau"], None))
print(sorted({"numba", "sklearn", "joblib", "dask"} & sys.modules.keys()))
"""
    ran = subprocess.run([sys.executable, "-c", program, folder], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["[]", "[]"]


def test_without_numba_the_answers_are_the_same(demo, tmp_path):
    SimilarIndex.build(list(demo), list(demo.values())).save(tmp_path)
    program = """
import sys
for name in sys.argv[2:]:
    sys.modules[name] = None
from ideas.similarity.index import SimilarIndex, exact_search
exact_search.NUMBA_FROM = 0
index = SimilarIndex.open(sys.argv[1])
print(type(index._segments._exact_search._kernels).__name__, file=sys.stderr)
for text in ("horraires de buss", "qualite de leau", "places dans les creches"):
    print(index.search(text))
"""
    command = [sys.executable, "-c", program, tmp_path]
    compiled, plain = (
        subprocess.run([*command, *hidden], cwd=ROOT, capture_output=True, text=True, check=True)
        for hidden in ([], ["numba"])
    )
    assert (compiled.stderr.strip(), plain.stderr.strip()) == ("NumbaKernels", "NumpyKernels")
    assert plain.stdout == compiled.stdout and len(plain.stdout) > 100
