"""A security key made of a program: real keys and real signatures, as a browser would send its answers."""

import base64
import hashlib
import json
import secrets

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, ATTESTED = 0x01, 0x40


def encode(content):
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


class ProgramKey:
    """A key of one site, which counts how often it signs, as one that is plugged in does."""

    def __init__(self, host="idees.example.org", origin=None):
        self.host, self.origin = host, origin or f"https://{host}"
        self.id, self.count = secrets.token_bytes(32), 0
        self._private = ec.generate_private_key(ec.SECP256R1())

    def create(self, asked):
        """What it says to a page that adds it."""
        public = self._private.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32), -3: public.y.to_bytes(32)}
        held = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(cose)
        attested = {"fmt": "none", "attStmt": {}, "authData": self._sign_for(PRESENT | ATTESTED) + held}
        said = self._say("webauthn.create", json.loads(asked)["challenge"])
        return self._answer(clientDataJSON=said, attestationObject=cbor2.dumps(attested))

    def get(self, asked, *, counts=True):
        """What it says to a page that asks for it; `counts`: whether it says that it signed once more."""
        self.count += counts
        said, data = self._say("webauthn.get", json.loads(asked)["challenge"]), self._sign_for(PRESENT)
        signed = self._private.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=said, authenticatorData=data, signature=signed)

    def _sign_for(self, flags):
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _say(self, kind, challenge):
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, **parts):
        response = {name: encode(part) for name, part in parts.items()}
        return json.dumps({"id": encode(self.id), "rawId": encode(self.id), "type": "public-key", "response": response})
