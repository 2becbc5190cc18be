"""Says whether a certificate holds, by software that shares nothing with Tessera: PyLD and Python's cryptography.

Reads {"credential", "contexts": {url: document}, "didDocument"} from standard input and prints, for each proof,
its cryptosuite and "valid" or "invalid". Nothing is fetched.
"""
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyld import jsonld

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58(text):
    number = 0
    for character in text[1:]:
        number = number * 58 + ALPHABET.index(character)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def sha256(data):
    return hashlib.sha256(data).digest()


def hash_rdfc(document, loader):
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": loader}
    return sha256(jsonld.normalize(document, options).encode())


def hash_jcs(document):
    # Enough of RFC 8785 for documents without fractions: sorted keys, no blanks, UTF-8.
    return sha256(json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())


given = json.load(sys.stdin)
keys = {
    method["id"]: base58(method["publicKeyMultibase"])[2:]
    for method in given["didDocument"]["verificationMethod"]
    if "publicKeyMultibase" in method
}


def loader(url, options):
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": given["contexts"][url]}


credential = given["credential"]
proofs = credential.pop("proof")
for proof in proofs:
    value = base58(proof.pop("proofValue"))
    if proof["cryptosuite"] == "eddsa-rdfc-2022":
        options = {"@context": credential["@context"], **proof}
        hashed = hash_rdfc(options, loader) + hash_rdfc(credential, loader)
    else:
        hashed = hash_jcs(proof) + hash_jcs(credential)
    try:
        Ed25519PublicKey.from_public_bytes(keys[proof["verificationMethod"]]).verify(value, hashed)
        print(proof["cryptosuite"], "valid")
    except InvalidSignature:
        print(proof["cryptosuite"], "invalid")
