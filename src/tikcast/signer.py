"""What an own signer is made of.

Anything with the coroutine function `fetch` of `Signer` can be given to `TikTok(signer=…)`. It answers a
`SignRequest` with a `SignedFetch`, or raises `SignerError`, or `RateLimited` with the seconds to wait.
"""

from tikcast._net.signer import SignedFetch, Signer, SignRequest

__all__ = ["SignRequest", "SignedFetch", "Signer"]
