"""Why a clinic cancels a visit, as staff type it in their languages; people are told it in reviewed words of theirs."""

from locales.repair import for_matching

WORDS: dict[str, tuple[str, ...]] = {
    "ill": ("ill", "sick", "ป่วย", "ไม่สบาย", "ဖျား", "နာမကျန်း", "နေမကောင်း", "ឈឺ"),
    "equipment": ("equipment", "broken", "machine", "power", "เครื่อง", "อุปกรณ์", "ไฟดับ", "ပစ္စည်း", "စက်", "မီးပျက်",
                  "ឧបករណ៍", "ម៉ាស៊ីន"),
    "weather": ("weather", "flood", "storm", "rain", "อากาศ", "น้ำท่วม", "พายุ", "ฝน", "ရာသီဥတု", "ရေကြီး", "မုန်တိုင်း",
                "မိုး", "អាកាសធាតុ", "ទឹកជំនន់", "ព្យុះ", "ភ្លៀង"),
    "other": ("other", "อื่น", "အခြား", "ផ្សេង"),
}  # fmt: skip
"""What may be typed for each reason of `scheduling.acting.REASONS`."""


def read_reason(typed: str) -> str:
    """The reason that some words mean; empty: none."""
    cleaned = for_matching(typed)
    for reason, words in WORDS.items():
        if any(for_matching(word) in cleaned for word in words):
            return reason
    return ""
