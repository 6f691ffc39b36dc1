"""Thai, Burmese and Khmer typed in Latin letters, recognised by their small words.

Rule of the place: English words never count, so that an English question is not taken for one of these.
"""

from collections.abc import Sequence

_PARTICLES = {
    "th": """
        krub krap khrap krab kub khrub kab kha khaa mai mi yang ngai yangngai yungai arai rai tham tam pai paai mak maak
        phom pom chan chun rao khao nee nii nan bpen pen puad puat jeb jep tong thong hua khai kai mor moh rong payaban
        phayaban rongpayaban rongpayabaan bat thao taorai thaorai tawrai khun dai dtong yaak yak yaa luk look thi tee
        nai duay duai chuay chuai phuut puut phasa pasa sawasdee sawatdee khob khop khopkhun laew leaw lew gor kor mee
        baan ngan ngaan prakan sangkhom wan nueng song sam reu rue rew ther nong phee pii naam nam koh
    """,
    "my": """
        tal dal lal lae lel lar larr bu buu naw nor shin byar bya khinbya kya kyar tae dae thar thwar twar nay nae htar
        ya yaw loh lo phit phyit phyat byit bal baal bae balo ballo mhar hmar mhr hma sayar sayama say sey yone sayyone
        khan saykhan kalay kalayy khalay khale mee mi ma ka kyun kyanaw kyunaw kyama kyma thu nga ngar ko nar nartal
        narr gaung khaung kaung pite bite wun sar tot twe dwe tway poh pho phoe ye yay htoe ahtoe sone htay hte thay
        mingalar mingalarpar par pa bar ba kyay kyayzu kyezu tin yaut yout lat let hmat mhat zay zayy
    """,
    "km": """
        bong bng oun khnhom khnom knhom nhom kyom nyom ot otte ort min nov nuv tov tv teu mok mean men ban baan te teh
        tha jea chea chg chong jong chnang chngay pet phet peth krun kdaw kdav chheu cheu chhue chher kbal kbl poh pous
        phous kon koun kaun tngai thngai ngai pel ponman bonman ponnman mdech mdec dech hery haey hoy haoy nas nah na ey
        ei avey avei avy nis nih neng ning del dael trov trauv trow som soum arkun orkun sousdey suosdey susdey chumreap
        jumreap rok rork luy loy lui thlai tlai thnam tnam ptas phteas srok chub choub jub yang mech mich
    """,
}
"""Small words as people spell them on a phone; no standard exists, so every common spelling is listed."""

_ENGLISH = """
    a about after ago all am an and any are as at baby bad be because been before big birth blood body boss but by
    call can card care cheap child clinic come cost could day days did do doctor does don't drink eat even fever
    find food for free from get give go good had has have he headache help her here him his hiv home hospital how i
    i'm if in insurance is it just know last like long lost make man many me medicine money month months more much
    must my need never new no not now of off old on one only open or our out pain paper papers pay people person
    place please police pregnant sick she should sleep so some someone sore still stomach take tell test than that
    the their them then there these they this time to today tomorrow too two until up us visit want was water we
    week weeks were what when where which who why wife will with without woman work year years yes you your nurse
    eye ear
"""

_BOTH = """
    a me my mi no so to do man men chan run bat tin par pa ma ka ba bar song sam ya say sar thong yang kg nam mee
    tam kai ye yay lat let ko rao pen pel na ning nay tot bite tee pom
"""
"""Spelled the same in two of the languages: worth half."""

_WORDS = {lang: frozenset(words.split()) for lang, words in _PARTICLES.items()}
_OF_ENGLISH = frozenset(_ENGLISH.split())
_OF_TWO = frozenset(_BOTH.split())

ENOUGH = 1.5
"""So much weight makes a text romanised: one small word alone may be a name."""


def romanised_language(words: Sequence[str]) -> str | None:
    """th, my or km when the lower-case `words` hold enough of its small words, and more than English ones."""
    english = sum(word in _OF_ENGLISH for word in words)
    weights = {
        lang: sum(0.5 if word in _OF_TWO else 1.0 for word in words if word in small and word not in _OF_ENGLISH)
        for lang, small in _WORDS.items()
    }
    lang = max(weights, key=weights.__getitem__)
    return lang if weights[lang] >= ENOUGH and weights[lang] > english else None
