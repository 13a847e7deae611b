"""What TeX commands mean in Unicode: letters, operators, relations, fonts, scripts; a table for each."""

from __future__ import annotations

from typing import Final

_GREEK: Final = (
    "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ "
    "lambda λ mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ "
    "psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω"
)
_LETTERS: Final = (
    "infty ∞ partial ∂ nabla ∇ hbar ℏ ell ℓ Re ℜ Im ℑ aleph ℵ emptyset ∅ varnothing ∅ top ⊤ bot ⊥ angle ∠ prime ′ "
    "dots … ldots … cdots ⋯ vdots ⋮ ddots ⋱ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ "
    "langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lbrace { rbrace } lvert | rvert | lVert ‖ rVert ‖ "
    "Vert ‖ vert | checkmark ✓ dagger † ddagger ‡ complement ∁ wp ℘ imath ı jmath ȷ degree ° colon : cdotp · "
    "triangle △ square □ blacksquare ■ lozenge ◊ clubsuit ♣ sharp ♯ flat ♭ S § P ¶ copyright © pounds £ euro €"
)
_OPERATORS: Final = (
    "times × cdot · div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet • oplus ⊕ ominus ⊖ otimes ⊗ odot ⊙ cup ∪ cap ∩ "
    "setminus ∖ wedge ∧ land ∧ vee ∨ lor ∨ mid ∣ parallel ∥ oslash ⊘ boxtimes ⊠ boxplus ⊞ sqcup ⊔ sqcap ⊓ "
    "uplus ⊎ amalg ⨿ ltimes ⋉ rtimes ⋊ dagger † triangleleft ◁ triangleright ▷ bmod mod"
)
_RELATIONS: Final = (
    "leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠ equiv ≡ approx ≈ sim ∼ simeq ≃ cong ≅ propto ∝ ll ≪ gg ≫ in ∈ notin ∉ ni ∋ "
    "subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ perp ⊥ models ⊨ vdash ⊢ to → rightarrow → leftarrow ← gets ← "
    "leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ implies ⟹ iff ⟺ mapsto ↦ uparrow ↑ downarrow ↓ "
    "longrightarrow ⟶ lt < gt > longleftarrow ⟵ Longrightarrow ⟹ hookrightarrow ↪ rightharpoonup ⇀ coloneqq ≔ "
    "triangleq ≜ doteq ≐ lesssim ≲ gtrsim ≳ asymp ≍ prec ≺ succ ≻ preceq ⪯ succeq ⪰ nsubseteq ⊈ subsetneq ⊊ "
    "rightsquigarrow ⇝ leadsto ⇝ nearrow ↗ searrow ↘ because ∵ therefore ∴ nleq ≰ ngeq ≱ nmid ∤ Vdash ⊩ "
    "updownarrow ↕ Uparrow ⇑ Downarrow ⇓ iff ⟺"
)
_FUNCTIONS: Final = (
    "log ln lg exp sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh min max sup inf lim det dim ker "
    "deg arg gcd Pr argmin argmax"
)
SPACES: Final = {
    **dict.fromkeys((",", ":", ";", " ", "enspace", "thinspace"), " "),
    "quad": " \u00a0",
    "qquad": " \u00a0\u00a0\u00a0",
}
_ESCAPED: Final = dict(zip("{}%$#&_|", "{}%$#&_‖", strict=True))


def _pairs(table: str) -> dict[str, str]:
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


SYMBOLS: Final = _pairs(_GREEK) | _pairs(_LETTERS) | SPACES | _ESCAPED
BINARY: Final = frozenset(_pairs(_OPERATORS).values())
"""Signs with space on both sides when they stand between two things."""
RELATIONS: Final = frozenset(_pairs(_RELATIONS).values())
SPACED: Final = _pairs(_OPERATORS) | _pairs(_RELATIONS)
FUNCTIONS: Final = frozenset(_FUNCTIONS.split())
LIMITS: Final = frozenset(
    ["min", "max", "sup", "inf", "lim", "argmax", "argmin", "limsup", "liminf", "det", "gcd", "Pr"]
)
"""Functions whose script stands below them in a displayed formula."""
BIG: Final = _pairs(
    "sum ∑ prod ∏ coprod ∐ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂ bigwedge ⋀ bigvee ⋁ bigsqcup ⨆ "
    "int ∫ iint ∬ iiint ∭ oint ∮"
)
INTEGRALS: Final = frozenset("∫∬∭∮")
NEGATED: Final = dict(zip("=∈<>≤≥≡∼≈⊂⊆∣∥∃", "≠∉≮≯≰≱≢≁≉⊄⊈∤∦∄", strict=True))
"""The negated form of a relation after `\\not`."""
ACCENTS: Final = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "bar": "\u0304",
    "overline": "\u0305",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "vec": "\u20d7",
    "dot": "\u0307",
    "ddot": "\u0308",
    "check": "\u030c",
    "breve": "\u0306",
    "underline": "\u0332",
    "mathring": "\u030a",
}
"""Combining characters, for one letter."""

# Fonts that mark no difference which plain letters would hide, and text.
TRANSPARENT: Final = frozenset(
    {"mathrm", "mathit", "operatorname", "text", "textrm", "textit", "mathsf", "mathnormal"}
)
WORDS: Final = frozenset({"text", "textrm", "textit", "textbf", "mbox", "textnormal", "textsf", "texttt", "hbox"})
"""Commands whose argument is text, with its blanks."""

_BOLD = {"A": 0x1D400, "a": 0x1D41A, "0": 0x1D7CE, "Α": 0x1D6A8, "α": 0x1D6C2}
_STARTS: Final = {
    "mathbf": _BOLD,
    "boldsymbol": _BOLD,
    "bm": _BOLD,
    "bold": _BOLD,
    "textbf": _BOLD,
    "mathbb": {"A": 0x1D538, "a": 0x1D552, "0": 0x1D7D8},
    "mathcal": {"A": 0x1D49C, "a": 0x1D4B6},
    "mathscr": {"A": 0x1D49C, "a": 0x1D4B6},
    "mathfrak": {"A": 0x1D504, "a": 0x1D51E},
    "mathtt": {"A": 0x1D670, "a": 0x1D68A, "0": 0x1D7F6},
    "texttt": {"A": 0x1D670, "a": 0x1D68A, "0": 0x1D7F6},
}
"""The first letters and digits of a font."""
_ELSEWHERE: Final = {
    "mathbb": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
    "mathcal": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "mathscr": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "mathfrak": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
}
"""Letters that were in Unicode before the rest of their font."""
FONTS: Final = frozenset(_STARTS)
_LENGTHS: Final = {"A": 26, "a": 26, "0": 10, "Α": 25, "α": 25}


def in_font(text: str, font: str) -> str | None:
    """Write letters and digits in a font; None where it does not have one of them."""
    found: list[str] = []
    for char in text:
        if char in _ELSEWHERE.get(font, {}):
            found.append(_ELSEWHERE[font][char])
            continue
        for first, start in _STARTS[font].items():
            if ord(first) <= ord(char) < ord(first) + _LENGTHS[first]:
                found.append(chr(start + ord(char) - ord(first)))
                break
        else:
            if char not in " ,.-+=()0123456789′":
                return None
            found.append(char)
    return "".join(found)
