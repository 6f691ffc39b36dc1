"""What a danger sign hears and what only sounds like one: own examples of kinds of mistakes once seen in use."""

import pytest

from answers.danger import Watch, load_signs

HEARD = {
    "en": """
        the girl swallowed a bottle cap and her hands turned purple
        our neighbour went blue, meat stuck in the throat
        sheets soaked with the bleeding since the tooth came out
        spraying blood with every beat
        a snake under the blanket, now his eyelids droop
        krait last night, she cannot keep her eyes open
        thirty eight weeks, blood gushing on the floor
        last trimester, migraine and sparkles, i see spots
        my nephew can't keep anything down and hardly opens his eyes
        nothing stays in, the baby is grey and quiet
        rice steamer opened on him, steam burned both arms and skin hangs
        peeling skin on her neck, boiling oil
        worked under the sun, now disoriented and does not sweat
        hot dry skin and babbling since noon
        she stands on the bridge, she wants to let go
        goodbye to my son, i will be dead soon
        mother took an entire bottle of tablets to die
        assaulted an hour ago behind the depot, still bleeding
        blood on his shirt, three men mugged him
        lungs hurt, a bowlful of blood when she coughs
        has diabetes, one coffee, now she is shaking and sweating
    """,
    "km": """
        បងប្រុសធ្លាក់ពីរន្ទា ក្រោកអត់រួច អ្នកណាបង់លុយ
        ជើងបាក់ហើយ ឆ្អឹងលៀន ជួយផង
        កូនលង់ទឹក ស្រង់ឡើង អត់កម្រើក
        ថៅកែចាក់សោបន្ទប់ យកទូរស័ព្ទ ហើយវាយខ្ញុំ
        ថៅកែចាក់សោទុកខ្ញុំ គំរាមសម្លាប់ ប្តឹងបានទេ
        កំបោរចូលភ្នែក លាងហើយ ផ្សាខ្លាំង
        ស្រាប់តែភ្នែកម្ខាងងងឹត
    """,
    "my": """
        ငြမ်းပေါ်က ပြုတ်ကျသွားတယ် မလှုပ်ဘူး ဆေးဖိုး ဘယ်သူပေးမလဲ
        လက်ကျိုးသွားပြီ အရိုးထွက်နေတယ် အာမခံ ရှိတယ်
        ကလေး ရေထဲနစ်သွားတယ် အသက်မရှူဘူး
        ရေနွေးအိုးမှောက်ပြီး မျက်နှာ လောင်သွားတယ် ဘာလိမ်းရမလဲ
    """,
}

ASKED = {
    "en": """
        my biology homework asks why a snake bit people at night
        quiz: somebody is choking on food, who do you call
        dreamed about a snake biting my foot
        trembling from coffee, not diabetic, sweating, no diabetes
        i am shaking after iced coffee, no diabetes
        motorbike crash broke my leg in May, who pays the hospital
        artificial leg for a man with an amputated foot
    """,
    "km": """
        ជាន់មីន ដាច់ជើងយូរហើយ ចង់បានជើងសិប្បនិម្មិត
        បាក់ដៃ ពេទ្យដាក់ម្នាងរួចហើយ អ្នកណាបង់លុយ
        ធ្លាក់ពីរន្ទាខែមុន ព្យាបាលហើយ បេឡាសន្តិសុខសង្គមចេញប៉ុន្មាន
    """,
    "my": """
        ဆိုင်ကယ်မှောက်ပြီး ခြေကျိုးတာ အာမခံက ဆေးကုသစရိတ် ပေးလား
        လက်ကျိုးသွားတာ ကုပြီးပြီ ဆေးဖိုး ဘယ်သူပေးမလဲ
    """,
}

QUIET = {
    "en": """
        he swallowed a blue pill from the clinic
        the sea turned blue after the rain
        how do i wash a towel with old blood
        mosquito bite beside my eye, a bit puffy
        my due date is next week, what do i bring
        i keep nothing in the fridge, it is broken
        my skin peels after sunburn
        i am confused about the heat allowance
        said goodbye to my family at the border
        finished the full pack of birth control pills
        a dog attacked my chickens this morning
        a heart attack, does it cause bleeding
        the nurse took a cup of blood for tests
        kids jump from the bridge in the water, is the river clean
    """,
    "km": """
        ស្នាមវះពោះវៀនចាស់ រមាស់ លាបក្រែមអី
        ជើងសិប្បនិម្មិតចាស់ហើយ ប្តូរថ្មីនៅណា
        ធូលីចូលភ្នែក លាងទឹកហើយ នៅផ្សាបន្តិច
        ថៅកែចាក់សោទ្វារបន្ទប់ ទុកទូរស័ព្ទយើង ខុសច្បាប់ទេ
    """,
    "my": """
        ခွဲစိတ်ထားတဲ့ အမာရွတ် ယားတယ်
        ခြေတု အဟောင်းကျိုးသွားလို့ အသစ်လဲချင်တယ်
        ကလေး ရေမနစ်အောင် ဘာလုပ်ရမလဲ
    """,
}


def _lines(texts: dict[str, str]) -> list[tuple[str, str]]:
    return [(lang, line.strip()) for lang, block in texts.items() for line in block.strip().splitlines()]


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch(load_signs())


@pytest.mark.parametrize(("lang", "text"), _lines(HEARD))
def test_a_danger_said_in_other_words_interrupts(watch: Watch, lang: str, text: str) -> None:
    found = watch.look(text, lang)
    assert found
    assert found.hard


@pytest.mark.parametrize(("lang", "text"), _lines(ASKED))
def test_what_is_over_or_theory_is_asked_about_and_not_dropped(watch: Watch, lang: str, text: str) -> None:
    found = watch.look(text, lang)
    assert found
    assert not found.hard


@pytest.mark.parametrize(("lang", "text"), _lines(QUIET))
def test_what_only_sounds_alike_does_not_interrupt(watch: Watch, lang: str, text: str) -> None:
    found = watch.look(text, lang)
    assert not (found and found.hard)


@pytest.mark.parametrize(
    "text",
    [
        "my son was doing homework and now he is not breathing",
        "artificial leg hurts and now he is not breathing",
        "fell from the roof, no insurance, he can't move his legs",
        "no diabetes medicine since monday, vomiting and very sleepy",
        "after the quiz she collapsed, lips turning blue",
        "burned, face blistering, who pays, help",
        "he is beating me, how can I protect my children",
        "boyfriend beat me and broke my arm, does insurance pay",
    ],
)
def test_a_word_of_theory_or_money_does_not_hide_a_danger_of_now(watch: Watch, text: str) -> None:
    found = watch.look(text, "en")
    assert found
    assert found.hard
