"""Icons: drawn on a 24-pixel grid with 2-pixel lines, always shown beside a word."""

# SVG paths by name. Icons that point sideways are mirrored in right-to-left text.
ICON_PATHS = {
    "hurt": "M12 3 2.8 19.5h18.4zM12 10v4M12 17v.1",
    "house": "M4 11.5 12 4l8 7.5V20H4zM10 20v-5h4v5",
    "doctor": "M9.5 4h5v5.5H20v5h-5.5V20h-5v-5.5H4v-5h5.5z",
    "talk": "M4 5h16v11h-9l-4 4v-4H4z",
    "papers": "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
    "child": "M12 4.2a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6M7 20c0-5 2-8 5-8s5 3 5 8",
    "helping": "M8 4.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4M16 6.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4"
    "M4 20c0-5 1.6-8 4-8 1.8 0 3 1.2 4 3 1-1.2 2.2-2 4-2 2.4 0 4 2.6 4 7",
    "question": "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.1-1.5 2.4M12 17.5v.1M12 2.5a9.5 9.5 0 1 0 0 19 "
    "9.5 9.5 0 0 0 0-19",
    "silent": "M4 5h16v11h-9l-4 4v-4H4zM3 2l18 20",
    "phone": "M7 3 4 5c0 9 6 15 15 15l2-3-4.5-3-2 2c-3-1-5-3-6-6l2-2z",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3.5 2",
    "calendar": "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
    "pin": "M12 21c-4-5-6.5-8-6.5-11a6.5 6.5 0 0 1 13 0c0 3-2.5 6-6.5 11M12 8v4M10 10h4",
    "check": "M4.5 12.5 10 18 20 6.5",
    "ask": "M9 9a3 3 0 1 1 4.5 2.600c-1 .6-1.5 1.1-1.5 2.400M12 18v.1",
    "warning": "M12 4v10M12 18.500v.1",
    "close": "M6 6l12 12M18 6 6 18",
    "language": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c5 5 5 13 0 18"
    "M12 3c-5 5-5 13 0 18",
    "back": "M14 6l-6 6 6 6",
    "next": "M10 6l6 6-6 6",
    "info": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v5M12 8v.1",
    "print": "M7 9V4h10v5M7 16H4V9h16v7h-3M7 14h10v6H7z",
    "list": "M8 6h12M8 12h12M8 18h12M4 6v.1M4 12v.1M4 18v.1",
    "write": "M4 20h4L19 9l-4-4L4 16z",
    "globe": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M4 8.500h16M4 15.500h16M12 3v18",
    "menu": "M4 6h16M4 12h16M4 18h16",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 20 20",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2",
    "person": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 21c.5-4.5 3.5-6.5 7.5-6.5s7 2 7.5 6.5",
    "dot": "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8",
    "minus": "M5 12h14",
    "alarm": "M12 3 2.8 19.5h18.4zM12 10v4M12 17v.1",
    "key": "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8M11 12l8-8M15.5 7.5l3 3",
    "add": "M12 5v14M5 12h14",
    "demo": "M9 3h6M10 3v6L4.5 19A1.5 1.5 0 0 0 6 21h12a1.5 1.5 0 0 0 1.5-2L14 9V3M7 15h10",
}
MIRRORED_ICONS = {"back", "next"}
