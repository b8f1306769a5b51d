"""How wide texts are, and where long words may be broken."""

BREAK = "\u200b"
BREAK_AFTER = "/_.-=:@"
LONGEST_WORD = 12
WIDTHS = {
    0.29: " ,.:;`·|’'li/\\t",
    0.38: 'I!()-[]rjsfJ“”"',
    0.46: "zaceg?v^",
    0.51: "yxnubohdqk{}#$*0123456789_p~–S\u2007",
    0.57: "+<=>F−×≠✗P",
    0.62: "TELZ",
    0.68: "BRCw",
    0.73: "VYKHXDAUGQON",
    0.78: "&m✓○",
    0.95: "%@№MW",
    1.0: "—…",
}
WIDTH_OF = {sign: width for width, signs in WIDTHS.items() for sign in signs} | {BREAK: 0.0}
OTHER, OTHER_CAPITAL = 0.58, 0.8


def text_width(text: str) -> float:
    """Measure a text in a serif type such as Times; other alphabets are estimated."""
    return sum(WIDTH_OF.get(sign, OTHER_CAPITAL if sign.isupper() else OTHER) for sign in text)


def with_breaks(text: str) -> str:
    """Mark where a long word such as a path or a hash may be broken."""
    return " ".join(_broken(word) if len(word) > LONGEST_WORD else word for word in text.split(" "))


def _broken(word: str) -> str:
    """Break after signs that join words, and inside what is no word at all."""
    pieces = [""]
    for sign in word:
        pieces[-1] += sign
        unspeakable = len(pieces[-1]) >= LONGEST_WORD and not word.isalpha()
        if sign in BREAK_AFTER or unspeakable:
            pieces.append("")
    return BREAK.join(piece for piece in pieces if piece)
