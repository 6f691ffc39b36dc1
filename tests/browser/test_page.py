"""What people do and see on the demo's page."""

import os
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from handlers.presses.alert_running import AlertReport
from handlers.presses.alerting import ApproveAlert, ProposeAlert, WriteAlert
from handlers.presses.choosing import Agree, ChooseLanguage, SharePhone, Switch, SwitchAlerts
from handlers.presses.closing import TakeInstead
from handlers.presses.desk import ConfirmDesk, SeeDay
from handlers.presses.visits import ShowVisit
from locales.languages import LANGUAGES
from tests.acts import is_in
from tests.browser.chromium import HOW_TO_GET_IT, SMALL, find_chromium
from tests.browser.phones import photograph
from tests.browser.scene import CLINIC, SERVICE, People, Scene, book, pass_hours, settle_in
from tests.conftest import BANGKOK

pytestmark = pytest.mark.xdist_group("browser")
if find_chromium() is None and not os.environ.get("CI"):
    pytest.skip(HOW_TO_GET_IT, allow_module_level=True)


async def test_a_migrant_books_in_burmese_and_is_reminded_without_betrayal(people: People, scene: Scene) -> None:
    aye, page = people.aye, people.page
    await aye.starts()
    await photograph(page, "1-languages")
    await aye.taps(ChooseLanguage("my"))
    await expect(aye.buttons(SharePhone)).to_have_count(2)
    assert is_in("my", await aye.read())
    await photograph(page, "2-first-minute")
    await aye.taps(SharePhone(True))
    code = await book(aye)
    await photograph(page, "3-visit-kept")
    service = scene.app.house.clinics.services[SERVICE].name["my"]
    assert service not in await aye.read()
    await pass_hours(page, 8)
    reminder = await aye.reads(scene.spoken("my", "Reminder: tomorrow at {time}, Thai time.", time="10:00"))
    assert code in reminder
    assert service not in reminder
    await photograph(page, "4-reminder")
    await aye.taps(ShowVisit)
    await aye.reads(service)
    await photograph(page, "5-visit-in-full")


async def test_a_day_that_passes_brings_what_falls_due_on_the_way(people: People, scene: Scene) -> None:
    aye = people.aye
    await settle_in(aye, "my", shared=True)
    await book(aye)
    await people.page.get_by_test_id("advance-day").click()
    await aye.reads(scene.spoken("my", "Reminder: tomorrow at {time}, Thai time.", time="10:00"))


async def test_a_nurse_closes_a_time_in_thai_and_the_migrant_is_offered_others(people: People, scene: Scene) -> None:
    aye, noi, page = people.aye, people.noi, people.page
    await settle_in(aye, "my", shared=False)
    code = await book(aye)
    await noi.says("/today")
    today = scene.app.now().astimezone(BANGKOK).date()
    await noi.taps(SeeDay(CLINIC, today))
    await noi.taps(SeeDay(CLINIC, today + timedelta(days=1)))
    day = await noi.reads(code)
    assert is_in("th", day)
    await photograph(page, "6-the-day")
    await noi.says("/close แม่สอด พรุ่งนี้ 09:00-12:00")
    await noi.reads("09:00-12:00")
    await noi.taps(ConfirmDesk)
    sorry = "We are sorry. The clinic must close at that time, so this visit cannot take place:"
    assert code in await aye.reads(scene.spoken("my", sorry))
    await photograph(page, "7-closed")
    await aye.taps(TakeInstead)
    await aye.reads(scene.spoken("my", "✅ <b>Your place is kept.</b>"))


async def test_an_alert_goes_out_after_a_second_operator_approved(people: People, scene: Scene) -> None:
    aye, dara, mali, page = people.aye, people.dara, people.mali, people.page
    await settle_in(aye, "my", shared=False)
    await aye.taps(SwitchAlerts(True))
    await aye.taps(Agree("alerts"))
    await expect(aye.buttons(Switch("alerts", False))).to_be_visible()
    words = "မဲဆောက်မှာ ရေကြီးနေပါတယ်။ ရေကို ကျိုသောက်ပါ။"
    await dara.says("/alert")
    await dara.taps(WriteAlert, LANGUAGES.index("my"))
    await dara.says(words)
    await dara.taps(ProposeAlert)
    await photograph(page, "8-keypad")
    await dara.chooses_pin()
    await mali.reads(words)
    await photograph(page, "8-approval")
    await mali.taps(ApproveAlert)
    await mali.chooses_pin()
    await expect(aye.bubbles.filter(has_text=words)).to_have_count(0)
    await page.get_by_test_id("advance-minutes").click()
    await aye.reads(words)
    await mali.taps(AlertReport)
    await mali.reads(scene.spoken("en", "{number} {what}", number=1, what=scene.spoken("en", "sent")))
    await photograph(page, "9-alert")


async def test_on_a_phone_one_person_is_in_front_and_nothing_is_cut_off(people: People, page: Page) -> None:
    await page.set_viewport_size(SMALL)
    aye, noi = people.aye, people.noi
    await settle_in(aye, "km", shared=False)
    await photograph(page, "10-small-phone")
    await expect(noi.frame).to_be_hidden()
    await page.locator(f'[data-tab="{noi.id}"]').click()
    await expect(aye.frame).to_be_hidden()
    await noi.says("/help")
    for one in (noi, aye):
        await page.locator(f'[data-tab="{one.id}"]').click()
        for element in (page.locator("html"), one.frame.get_by_test_id("messages")):
            wide, seen = await element.evaluate("element => [element.scrollWidth, element.clientWidth]")
            assert wide <= seen
