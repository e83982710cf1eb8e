"""Words that tell nothing of what a text is about, in French and in English.

The lists follow those of the Snowball project, completed with the pieces that elision leaves (`qu`, `lorsqu`,
`aujourd`…) and the politeness of civic texts (`merci`, `bonjour`). They are written with their accents; the
reader of a list folds them, because they are compared with folded words. Both apply to every text, whatever its
language, except the words of one list that carry meaning in the other language.
"""

FRENCH = """
au aux avec ce ces cet cette dans de des du elle elles en et eux il ils je la le les leur leurs lui ma mais me même
mêmes mes moi mon ne nos notre nous on ou où par pas pour qu que qui sa se ses si soi son sur ta te tes toi ton tu un
une vos votre vous ça cela ceci celui celle ceux celles
suis es est sommes êtes sont serai seras sera serons serez seront serais serait serions seriez seraient étais était
étions étiez étaient fus fut fûmes fûtes furent sois soit soyons soyez soient fusse fût fussions fussent étant été étée
étées étés être
ai as avons avez ont aurai auras aura aurons aurez auront aurais aurait aurions auriez auraient avais avait avions
aviez avaient eut eûmes eûtes eurent aie aies ait ayons ayez aient eusse eût eussent ayant eu eue eues eus avoir
fais fait faits faite faites font faire faisant fera feront ferait faut fallait faudra faudrait
peux peut peuvent pouvons pouvez pouvait pourra pourrait pourraient pourrions pourrait pouvoir puisse puissent
dois doit doivent devons devez devait devra devrait devraient devoir
veux veut veulent voulons voulez voudrais voudrait voudrions vouloir
alors après aucun aucune aucuns aussi autant autre autres avant beaucoup bien car chaque chacun chacune ci comme
comment concernant contre depuis dès donc dont durant encore enfin ensuite entre environ etc ici jamais jusque jusqu
là lors lorsque lorsqu malgré moins ni non parce parfois parmi pendant peu plus plusieurs plutôt pourquoi près presque
puis puisque puisqu quand quant quel quelle quelles quels quelque quelques quelqu quoi quoique quoiqu sans sauf selon
seulement sinon sous souvent tandis tant tel telle telles tels toujours tous tout toute toutes très trop vers via voici
voilà vraiment afin ainsi ailleurs aujourd hui cependant certain certaine certaines certains déjà dessus dessous
également hors notamment or outre pourtant tellement toutefois rien oui mieux chez
bonjour bonsoir merci svp cordialement madame monsieur
http https www htm html php
"""

ENGLISH = """
i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its
itself they them their theirs themselves what which who whom this that these those am is are was were be been being
have has had having do does did doing would should could ought im ive ll ve re didn doesn don isn wasn aren won couldn
shouldn wouldn hasn haven hadn can cannot will shall may might must
a an the and but if or because as until while of at by for with about against between into through during before after
above below to from up down in out on off over under again further then once here there when where why how all any both
each few more most other some such no nor not only own same so than too very just also
"""

# Stop words of one language that mean something in the other: « but » is a goal, a "car" is not « because ».
FRENCH_MEANINGS = "an but"
ENGLISH_MEANINGS = "ai car comment font son tel ton"
