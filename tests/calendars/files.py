"""Calendar files as other systems write them, and as they had better not."""

DAILY_EXPLOSION = "RRULE:FREQ=DAILY;BYHOUR={};BYMINUTE={};BYSECOND={}".format(
    ",".join(map(str, range(24))), ",".join(map(str, range(60))), ",".join(map(str, range(60)))
)


def calendar(*entries: str, before: str = "") -> bytes:
    """Return a calendar file with some entries, each given by its lines."""
    parts = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Somebody//Else//EN"]
    parts += before.splitlines()
    for entry in entries:
        parts += ["BEGIN:VEVENT", *entry.split("\n"), "END:VEVENT"]
    return "\r\n".join([*parts, "END:VCALENDAR", ""]).encode()


def event(starts: str, *more: str, uid: str = "1", ends: str = "DURATION:PT1H") -> str:
    """Return the lines of an entry; `starts` is its DTSTART from the colon or semicolon on."""
    return "\n".join([f"UID:{uid}", "SUMMARY:Kanariemöte", f"DTSTART{starts}", ends, *more])


CUSTOM_ZONE = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""
