"""Verifies deliveries as a receiver in Python does. Reads lines of JSON (secret, headers, body), and prints a line for each."""

import base64
import hashlib
import hmac
import json
import sys


def digest(secret: bytes, payload: str) -> bytes:
    return hmac.new(secret, payload.encode(), hashlib.sha256).digest()


def by_hand(one: dict, body: str) -> bool:
    expected = "sha256=" + digest(one["secret"].encode(), body).hex()
    return hmac.compare_digest(one["headers"]["x-webhook-signature"], expected)


def standard(one: dict, body: str) -> bool:
    secret = one["secret"]
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    headers = one["headers"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}"
    expected = "v1," + base64.b64encode(digest(key, signed)).decode()
    return any(hmac.compare_digest(given, expected) for given in headers["webhook-signature"].split(" "))


RECEIVERS = {"hmac": by_hand, "standard": standard}

for line in sys.stdin:
    delivery = json.loads(line)
    text = delivery["body"]
    accepted = [name for name, verify in RECEIVERS.items() if verify(delivery, text)]
    fooled = [name for name, verify in RECEIVERS.items() if verify(delivery, text.replace('"version":1', '"version":2'))]
    print(" ".join(accepted) + "|" + " ".join(fooled))
