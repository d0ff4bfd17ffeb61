"""A histogram of durations whose buckets grow with the duration: 64 of equal width between a power of two and the next.

A bucket is told by the exponent of the duration and the 6 bits below its leading one, which are the top bits of the
same number as a float64. Durations below 128 us have a bucket each.
"""

from typing import Any, Final

import numpy as np

BUCKET_BITS: Final = 6
GROUP: Final = 1 << BUCKET_BITS
"""Buckets between a power of two and the next."""
GROUPS: Final = 58
BUCKETS: Final = GROUPS * GROUP
"""Enough for durations below 2**63 us."""
_MANTISSA_BITS: Final = 52
_SHIFT: Final = _MANTISSA_BITS - BUCKET_BITS
_FIRST: Final = ((1023 + BUCKET_BITS) << BUCKET_BITS) - GROUP
"""What the top bits of a float64 have more than the bucket; 1023 is the bias of its exponent."""


def bucket_of(duration_us: Any) -> Any:
    """The bucket of a duration in whole microseconds, 0 to 2**53."""
    if duration_us < GROUP:
        return duration_us
    return (np.float64(duration_us).view(np.int64) >> _SHIFT) - _FIRST


def midpoint(bucket: int) -> int:
    """The duration in the middle of a bucket, microseconds; within 0.8% of every duration in it."""
    exponent = max(bucket >> BUCKET_BITS, 1) - 1
    lowest = (bucket - (exponent << BUCKET_BITS)) << exponent
    return lowest + ((1 << exponent) >> 1)
