"""Guessing passwords gets slow, for known and unknown users alike."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from companion.security import login_limit
from companion.security.login_limit import LoginRule, subjects
from companion.settings.security import SecuritySettings
from companion.settings.store import StoreSettings
from companion.store.database import Store
from tests.manual_clock import START_MS
from tests.security.site import PASSWORD, READ_TOKEN, Site, bearer, play

SETTINGS = SecuritySettings(login_failures=3, lock_seconds=30.0, longest_lock_seconds=100.0)


def test_after_some_failures_one_has_to_wait_twice_as_long_each_time(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        for _ in range(3):
            assert (await site.login(password="wrong")).status_code == 401
        for wait in (30, 60, 100, 100):
            refused = await site.login()
            assert (refused.status_code, refused.headers["retry-after"]) == (429, str(wait))
            site.clock.turn(wait - 0.5)
            assert (await site.login()).status_code == 429
            site.clock.turn(0.5)
            assert (await site.login(password="wrong")).status_code == 401
        site.clock.turn(100.0)
        assert (await site.login()).status_code == 200
        for _ in range(2):
            assert (await site.login(password="wrong")).status_code == 401
        assert (await site.login()).status_code == 200

    play(tmp_path, scene, SETTINGS)


def test_an_unknown_user_is_answered_exactly_like_a_wrong_password(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        told = []
        for name, address in (("trader", "10.0.0.1"), ("nobody", "10.0.0.2")):
            async with site.from_address(address) as client:
                answers = [await site.login(name, "wrong", client) for _ in range(4)]
            told.append([(answer.status_code, answer.text, dict(answer.headers)) for answer in answers])
        assert told[0] == told[1]
        assert [status for status, _, _ in told[0]] == [401, 401, 401, 429]

    play(tmp_path, scene, SETTINGS)


def test_an_unknown_user_costs_the_same_work_as_a_known_one(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        checked: list[bool] = []
        verify = site.access._passwords.verify

        def counted(stored: str | None, password: str) -> bool:
            checked.append(stored is None)
            return verify(stored, password)

        site.access._passwords.verify = counted  # type: ignore[method-assign]
        try:
            await site.login("trader", "wrong")
            await site.login("nobody", "wrong")
        finally:
            site.access._passwords.verify = verify  # type: ignore[method-assign]
        assert checked == [False, True]

    play(tmp_path, scene)


def test_failures_of_one_program_do_not_lock_the_owner_out_elsewhere(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        async with site.from_address("10.0.0.1") as program:
            answers = [(await site.login("trader", "wrong", program)).status_code for _ in range(5)]
            assert answers == [401, 401, 401, 429, 429]
            assert (await site.login("reader", PASSWORD, program)).status_code == 200
        async with site.from_address("10.0.0.2") as owner:
            assert (await site.login("trader", PASSWORD, owner)).status_code == 200
        assert (await site.client.get("/see", headers=bearer(READ_TOKEN))).status_code == 200

    play(tmp_path, scene, SETTINGS)


def test_an_address_that_tries_many_names_has_to_wait_with_all_of_them(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        async with site.from_address("10.0.1.1") as client:
            for number in range(3 * login_limit.ADDRESS_SHARE):
                assert (await site.login(f"name {number}", "wrong", client)).status_code == 401
            assert (await site.login("reader", PASSWORD, client)).status_code == 429
        async with site.from_address("10.0.1.2") as client:
            assert (await site.login("reader", PASSWORD, client)).status_code == 200

    play(tmp_path, scene, SETTINGS)


def test_concurrent_attempts_are_counted_before_they_are_judged(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        answers = await asyncio.gather(*(site.login(password=f"guess number {n}") for n in range(12)))
        statuses = [answer.status_code for answer in answers]
        assert sorted(statuses) == [401] * 3 + [429] * 9

    play(tmp_path, scene, SETTINGS)


def test_a_lock_outlives_a_restart_and_names_are_stored_as_digests(tmp_path: Path) -> None:
    async def fail(site: Site) -> None:
        for _ in range(3):
            await site.login("trader", "wrong")

    async def again(site: Site) -> None:
        assert (await site.login()).status_code == 429

    play(tmp_path, fail, SETTINGS)
    play(tmp_path, again, SETTINGS)
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"user:" in content
    assert b"trader" not in content


def test_failures_of_yesterday_no_longer_count_and_are_removed(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        for _ in range(2):
            await site.login(password="wrong")
        site.clock.turn(24 * 3600 + 1.0)
        for _ in range(2):
            assert (await site.login(password="wrong")).status_code == 401
        assert await site.store.write(partial(login_limit.forget_old, now_ms=site.clock.now_ms())) == 0
        site.clock.turn(24 * 3600 + 1.0)
        assert await site.store.write(partial(login_limit.forget_old, now_ms=site.clock.now_ms())) == 2

    play(tmp_path, scene, SETTINGS)


def test_an_address_of_ipv6_is_its_whole_network() -> None:
    assert subjects("u", "2001:db8::1") == subjects("u", "2001:db8::ffff:1")
    assert subjects("u", "2001:db8::1") != subjects("u", "2001:db8:0:1::1")
    assert subjects("u", "10.0.0.1") != subjects("u", "10.0.0.2")
    assert subjects("u", "testclient") != subjects("v", "testclient")


@given(st.integers(1, 100), st.integers(1, 10**6), st.integers(1, 10**8), st.integers(0, 10**4))
def test_a_wait_never_shrinks_and_never_exceeds_the_longest(
    free: int, first: int, longest: int, failures: int
) -> None:
    rule = LoginRule(free, first, longest)
    wait = rule.wait_ms(failures)
    assert 0 <= wait <= longest
    assert (wait == 0) == (failures < free)
    assert rule.wait_ms(failures + 1) >= wait


def test_the_limit_lives_in_the_store_alone(tmp_path: Path) -> None:
    """Two instances of one database share it."""
    url = f"sqlite:///{tmp_path}/shared.sqlite"
    stores = [Store.open(StoreSettings(url=url), {}) for _ in range(2)]
    rule = LoginRule(3, 30_000, 60_000)
    names = subjects("trader", "10.0.0.1")

    async def scene() -> None:
        charge = partial(login_limit.charge, names=names, rule=rule, now_ms=START_MS)
        waits = [await stores[n % 2].write(charge) for n in range(5)]
        assert waits == [0, 0, 0, 30_000, 30_000]

    asyncio.run(scene())
    for store in stores:
        store.close()
