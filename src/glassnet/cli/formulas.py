"""Formulas of TeX in letters that a terminal can show."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

# The commands that lessons use, and their like; of any other the name is shown.
SYMBOLS: Final = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "Delta": "Δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "Theta": "Θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
    "rho": "ρ", "sigma": "σ", "Sigma": "Σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Omega": "Ω", "nabla": "∇", "partial": "∂", "ell": "ℓ", "sum": "Σ", "prod": "Π", "int": "∫", "infty": "∞",
    "cdot": "·", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "ast": "*", "star": "⋆", "le": "≤", "leq": "≤",
    "ge": "≥", "geq": "≥", "ll": "≪", "gg": "≫", "ne": "≠", "neq": "≠", "approx": "≈", "equiv": "≡", "propto": "∝",
    "sim": "~", "mid": "∣", "in": "∈", "notin": "∉", "subset": "⊂", "cup": "∪", "cap": "∩", "forall": "∀",
    "exists": "∃", "to": "→", "rightarrow": "→", "leftarrow": "←", "gets": "←", "mapsto": "↦", "Rightarrow": "⇒",
    "Longrightarrow": "⟹", "Leftrightarrow": "⇔", "iff": "⟺", "implies": "⟹", "top": "⊤", "odot": "⊙", "otimes": "⊗",
    "oplus": "⊕", "circ": "∘", "bullet": "•", "ldots": "…", "dots": "…", "cdots": "⋯", "vdots": "⋮", "prime": "′",
    "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "lvert": "|", "rvert": "|",
    "lVert": "‖", "rVert": "‖", "Vert": "‖", "|": "‖",
}  # fmt: skip
_NOTHING: Final = frozenset(
    ["left", "right", "bigl", "bigr", "big", "Big", "Bigl", "Bigr", "displaystyle", "textstyle", "limits", "nolimits"]
)
_WORDS: Final = frozenset(["text", "textbf", "textit", "mathrm", "operatorname", "operatorname*"])
_STYLES: Final = frozenset(["mathbf", "boldsymbol", "mathsf", "mathcal", "mathbb", "mathit", "vec"])
_ACCENTS: Final = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307"}
_ROOTS: Final = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_LOW: Final = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_HIGH: Final = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyzT⊤*′", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᵀ*′"
)
_TOKEN: Final = re.compile(r"\\operatorname\*|\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_WIDE: Final = "\u2003"  # stands for half of \\qquad until other spaces are run together
_SPACES: Final = {"quad": _WIDE, "qquad": 2 * _WIDE, ",": " ", ":": " ", ";": " ", "!": "", " ": " ", "\\": "\n"}
_KINDS: Final = (
    dict.fromkeys(["partial", "nabla", "lVert", "lvert", "langle"], "opening")
    | dict.fromkeys(["rVert", "rvert", "rangle"], "closing")
    | dict.fromkeys(["pm", "mp"], "sign")
)
_MARKED: Final = "\u0300-\u036f"  # accents
_LETTER: Final = rf"\w[{_MARKED}]*"
# What stands below a fraction's line, and below a root, without brackets.
_BELOW: Final = re.compile(rf"[∂d]?{_LETTER}[₀-₉ₐ-ₜᵢ-ᵥⱼ⁰-⁹ⁱ-ⁿᵃ-ᶻ²³]*|\d+|[√∛∜]?\([^()]*\)|√{_LETTER}")
_UNDER_ROOT: Final = re.compile(rf"{_LETTER}[₀-₉ₐ-ₜᵢ-ᵥⱼ]*|\d+(\.\d+)?")


class _Piece(NamedTuple):
    """A part of a formula in plain letters, and of what kind it is: where it needs space depends on that."""

    text: str
    kind: str = ""  # "space", "fraction", "function", "sign", "opening" (no space after it), "closing" (none before it)


def in_unicode(formula: str) -> str:
    r"""Return a formula of TeX in letters that a terminal can show.

    >>> in_unicode(r"w_1 x_1 + w_2 x_2 - \theta \le 0")
    'w₁ x₁ + w₂ x₂ − θ ≤ 0'
    >>> in_unicode(r"\frac{1}{2} \sum_k (y_k - t_k)^2")
    '1/2 Σₖ (yₖ − tₖ)²'
    >>> in_unicode(r"\frac{1}{1 + e^{-x}}"), in_unicode(r"\sqrt{2/n_\text{new}}")
    ('1/(1 + e⁻ˣ)', '√(2/n_new)')
    >>> in_unicode(r"y = \begin{cases} 0 & (x \le 0) \\ 1 & (x > 0) \end{cases}")
    'y = { 0 (x ≤ 0) ; 1 (x > 0)'
    >>> in_unicode(r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}")
    '[[1, 2], [3, 4]]'
    """
    return _tidied(_Formula(formula).sequence())


def _tidied(text: str) -> str:
    """Return a text with single spaces, but wide ones where the formula has them."""
    text = re.sub(r"[ \t]+", " ", text)
    text = re.sub(rf" ?({_WIDE}[ {_WIDE}]*)", lambda match: " " * (1 + 2 * match[1].count(_WIDE)), text)
    return "\n".join(line.strip() for line in text.strip().splitlines())


class _Formula:
    """A formula that is read from left to right."""

    def __init__(self, formula: str) -> None:
        self._tokens = _TOKEN.findall(formula)[::-1]

    def sequence(self, *ends: str) -> str:
        """Read up to one of the tokens, which is left, or to the end."""
        pieces: list[_Piece] = []
        while self._tokens and self._tokens[-1] not in ends:
            token = self._tokens.pop()
            if token in {"_", "^"}:
                base = pieces.pop() if pieces else _Piece("")
                pieces.append(_with_script(base, token, self._argument()))
            elif token.isspace():
                pieces.append(_Piece(" ", "space"))
            else:
                pieces.append(self._piece(token))
        return _joined(pieces)

    def _piece(self, token: str) -> _Piece:  # noqa: PLR0911  # one return for each kind of token
        if token.startswith("{"):
            return _Piece(self._group())
        if not token.startswith("\\"):
            return _Piece({"-": "−", "&": " ", "}": "", "~": " "}.get(token, token))
        name = token[1:]
        if name in SYMBOLS:
            return _Piece(SYMBOLS[name], _KINDS.get(name, ""))
        if name in _WORDS:
            text = self._raw_argument()
            return _Piece(text, "function" if len(text) > 1 else "")
        if name in _STYLES:
            return _Piece(self._argument())
        if name in _ACCENTS:
            return _Piece(self._argument() + _ACCENTS[name])
        if name in _SPACES:
            return _Piece(_SPACES[name], "space" if _SPACES[name] == " " else "")
        if name in _NOTHING:
            return _Piece("")
        return self._construction(name)

    def _construction(self, name: str) -> _Piece:
        """Read what is made of several parts."""
        if name in {"frac", "dfrac", "tfrac"}:
            above, below = self._argument(), self._argument()
            return _Piece(f"{_above(above)}/{_bracketed(below, _BELOW)}", "fraction")
        if name == "sqrt":
            degree = self._degree()
            root = _ROOTS.get(degree) or degree.translate(_HIGH) + "√"
            return _Piece(root + _bracketed(self._argument(), _UNDER_ROOT))
        if name in {"underset", "overset"}:
            aside, main = self._argument(), self._argument()
            return _Piece(f"{main} ({aside})")
        if name == "begin":
            return _Piece(self._environment(self._raw_argument()))
        return _Piece(name if name.isalpha() else name.strip(), "function" if name.isalpha() else "")

    def _argument(self) -> str:
        """Read what a command or a script takes: a group, a command with its own arguments, or one letter."""
        self._skip_space()
        return self._piece(self._tokens.pop()).text.strip() if self._tokens else ""

    def _group(self) -> str:
        text = self.sequence("}")
        if self._tokens:
            self._tokens.pop()
        return text

    def _raw_argument(self) -> str:
        """Read a group as it stands: words."""
        self._skip_space()
        if not self._tokens or self._tokens[-1] != "{":
            return self._argument()
        self._tokens.pop()
        text, depth = "", 1
        while self._tokens:
            token = self._tokens.pop()
            depth += {"{": 1, "}": -1}.get(token, 0)
            if depth == 0:
                break
            text += token.removeprefix("\\")
        return text

    def _degree(self) -> str:
        self._skip_space()
        if not self._tokens or self._tokens[-1] != "[":
            return ""
        self._tokens.pop()
        degree = self.sequence("]")
        if self._tokens:
            self._tokens.pop()
        return degree

    def _skip_space(self) -> None:
        while self._tokens and self._tokens[-1].isspace():
            self._tokens.pop()

    def _environment(self, name: str) -> str:
        """Read the rows of a matrix, of cases or of formulas below each other."""
        rows: list[list[str]] = [[]]
        while self._tokens:
            rows[-1].append(self.sequence("&", "\\\\", "\\end").strip())
            end = self._tokens.pop() if self._tokens else ""
            if end == "\\\\":
                rows.append([])
            elif end == "\\end":
                self._raw_argument()
                break
        rows = [row for row in rows if any(row)]
        if name == "cases":
            return "{ " + " ; ".join(" ".join(row) for row in rows)
        if name.endswith("matrix"):
            return "[" + ", ".join(f"[{', '.join(row)}]" for row in rows) + "]"
        return "\n".join(" ".join(row) for row in rows)


def _joined(pieces: list[_Piece]) -> str:
    """Put pieces together, with a space where two would run into one word or one fraction."""
    text, last = "", _Piece("")
    for piece in pieces:
        if piece.kind == "space":
            # TeX knows no spaces; those of the source are kept where they help.
            text += "" if last.kind == "opening" or (last.kind == "sign" and _is_sign(text)) else " "
            continue
        if piece.kind == "closing" or re.match("[가-힣]", piece.text):
            text = text.rstrip(" ")  # a Korean particle belongs to the word before it
        text += _between(text, last, piece) + piece.text
        last = piece if piece.text else last
    return text


def _between(text: str, last: _Piece, piece: _Piece) -> str:
    """Return what must stand between a text, whose last piece is known, and the next piece."""
    starts, ends = piece.text[:1], text[-1:]
    if last.kind == piece.kind == "fraction" and not last.text.startswith("∂/"):
        return "· " if ends.isspace() else " · "
    if last.kind == "fraction" and (starts.isalnum() or starts in set("√∛∂∇Σ∏∫(")):
        return "" if ends.isspace() else " "
    if last.kind == "function" and (starts.isalnum() or starts in set("√∛∂∇Σ∏∫")):
        return "" if ends.isspace() else " "
    runs_on = piece.kind in {"fraction", "function"} and starts.isascii() and starts.isalnum() and ends.isalnum()
    return " " if runs_on else ""


def _is_sign(text: str) -> bool:
    """Say whether a text ends in a ± that belongs to one number, not between two."""
    return re.search(r"(^|[(\[,])\s*[±∓]$", text) is not None


def _with_script(base: _Piece, mark: str, inner: str) -> _Piece:
    body = f"({base.text})" if base.kind == "fraction" and mark == "^" else base.text
    return _Piece(body + _small(inner, mark), "function" if base.kind == "function" else "")


def _small(inner: str, mark: str) -> str:
    """Return a sub- or superscript in small letters, or with its mark where there are not all of them."""
    table = _LOW if mark == "_" else _HIGH
    plain = inner.replace(" ", "")
    if all(ord(letter) in table for letter in plain):
        return plain.translate(table)
    clear = re.fullmatch(rf"[^\W_]+[{_MARKED}]*|\[[^\[\]]*\]|\([^()]*\)", inner)
    return f"{mark}{inner}" if clear and (mark == "_" or len(inner) == 1 or inner[0] in "[(") else f"{mark}({inner})"


def _above(part: str) -> str:
    """Return what stands above a fraction's line, in brackets if it is more than one term or factor."""
    bare = part
    while bare != (bare := re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", bare)):
        pass
    return f"({part})" if re.search(r"[ +−/·×]", bare) else part


def _bracketed(part: str, clear: re.Pattern[str]) -> str:
    return part if clear.fullmatch(part) else f"({part})"
