import base64
import hashlib
import hmac
import json
import time


def verify(body: bytes, headers, secret: str):
    """The event of a delivery, or ValueError. `body` is the raw bytes: verify first, parse afterwards."""
    delivery = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not delivery or not timestamp.isdigit() or abs(time.time() - int(timestamp)) > 300:
        raise ValueError("Not a fresh delivery.")

    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{delivery}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()

    # One signature for each key that holds, so that keys can change without a gap.
    signatures = [text.split(",", 1) for text in headers.get("webhook-signature", "").split()]
    given = [pair[1] for pair in signatures if len(pair) == 2 and pair[0] == "v1"]
    if not any(hmac.compare_digest(one.encode(), expected.encode()) for one in given):
        raise ValueError("The signature does not fit.")
    return json.loads(body)


# In Flask:
#   event = verify(request.get_data(), request.headers, os.environ["WEBHOOK_SECRET"])
#   if not seen_before(request.headers["webhook-id"]):
#       queue(event)  # answer at once, work afterwards
#   return "", 204
