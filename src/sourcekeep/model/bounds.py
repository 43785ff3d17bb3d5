"""How long what people write may be. Every text and every list has one of these bounds; what a
request's body is made of has the size of a call (`max_request_bytes`) as its bound."""

from __future__ import annotations

MOST_ENTRIES = 1_000  # of any list
NAME = 200  # characters: what a thing is called, and what refers to it
WORD = 1_000  # a row's name, a file name, a media type, a pattern
URL = 8_192
VALUE = 100_000  # a row's value, a secret, a constant
PEM = 1_000_000  # certificates; a system's whole bundle of CAs is a quarter of it
# RSA of 16,384 bits has 13,000 characters. A key is checked when it is read, for half a minute when it
# has 50,000, and nothing else goes on in the process meanwhile.
KEY = 30_000
PKCS12 = 40_000
