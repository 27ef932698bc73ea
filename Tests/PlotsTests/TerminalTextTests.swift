import Testing

@testable import Plots

@Suite struct TerminalTextTests {
    @Test(arguments: [
        ("a\u{1B}[31mb", "a[31mb"), ("a\nb\tc\r\nd", "a b c d"), ("\u{202E}abc\u{200B}", "abc"), ("x\u{9B}1m", "x1m"),
        ("e\u{301}", "e\u{301}"), ("\u{301}e", "e"), ("a\u{300}\u{301}\u{302}\u{303}", "a\u{300}\u{301}"),
        ("👩‍👧", "👩👧"), ("❤\u{FE0F}", "❤"),
    ])
    func cleaningLeavesNothingThatDrivesTheTerminal(_ text: String, _ clean: String) {
        #expect(TerminalText.clean(text, unicode: true) == clean)
    }

    @Test(arguments: [("0…255", "0...255"), ("a × b", "a x b"), ("−3", "-3"), ("日本", "??"), ("über", "ueber")])
    func asciiSpellsOutWhatItCan(_ text: String, _ clean: String) {
        #expect(TerminalText.clean(text, unicode: false) == clean)
    }

    @Test(arguments: [("abc", 3), ("日本", 4), ("e\u{301}", 1), ("🙂", 2), ("│█⣿×", 4), ("", 0), ("ｆｕｌｌ", 8)])
    func widthsAreThoseOfATerminal(_ text: String, _ width: Int) { #expect(TerminalText.width(text) == width) }

    @Test(arguments: [
        ("validation", 10, "validation"), ("validation", 6, "valid…"), ("validation", 1, "…"), ("validation", 0, ""),
        ("日本語", 5, "日本…"), ("日本語", 4, "日…"),
    ])
    func longTextsEndInAMark(_ text: String, _ columns: Int, _ expected: String) {
        #expect(TerminalText.fit(text, columns, unicode: true) == expected)
    }

    @Test func wrappingBreaksWordsOnlyWhenItMust() {
        #expect(TerminalText.wrap("one two three", 8) == ["one two", "three"])
        #expect(TerminalText.wrap("abcdefghij kl", 4) == ["abcd", "efgh", "ij", "kl"])
        #expect(TerminalText.wrap("日本語", 3) == ["日", "本", "語"])
        #expect(TerminalText.wrap("  ", 4).isEmpty)
    }

    @Test(
        arguments: [
            (0x000000, 16), (0xFFFFFF, 231), (0xFF0000, 196), (0x00FF00, 46), (0x0000FF, 21), (0x808080, 244),
            (0x5F87AF, 67), (0x080808, 232),
        ] as [(UInt32, Int)])
    func colorsTakeTheNearestOf256(_ hex: UInt32, _ index: Int) { #expect(RGB(hex).index256 == index) }

    @Test func tonesCanBeSeenOnBlackAndOnWhite() {
        let tones: [Tone] =
            (0..<8).map { .category($0) } + [.accent, .bad, .muted] + (0...20).map { .scale(Double($0) / 20) }
        for tone in tones {
            let color = TerminalPalette.color(tone)
            #expect(color.contrast(to: RGB(0x000000)) >= 4, "\(tone)")
            #expect(color.contrast(to: RGB(0xFFFFFF)) >= 2.3, "\(tone)")
        }
    }

    @Test func halfOfAWideCharacterIsNeverLeft() {
        var grid = TextGrid(width: 6, height: 1)
        grid.put("日本語", 0, 0)
        grid.put("x", 0, 1)
        grid.put("y", 0, 4)
        #expect(grid.render(.none) == " x本y\n")
        grid.put("語", 0, 5)
        #expect(grid.render(.none) == " x本y\n")
    }

    @Test func pagesDropWhatLiesOutside() {
        var grid = TextGrid(width: 4)
        grid.put("abcdefgh", 1, -2)
        grid.put("zz", -1, 0)
        #expect(grid.render(.none) == "\ncdef\n")
    }

    @Test func colorsAreSetWhereTheyChangeAndReset() {
        var grid = TextGrid(width: 10)
        grid.put("ab", 0, 0, .ink(RGB(0xFF0000)))
        grid.put("c", 0, 2)
        #expect(grid.render(.trueColor) == "\u{1B}[0;38;2;255;0;0mab\u{1B}[0mc\n")
        #expect(grid.render(.ansi256) == "\u{1B}[0;38;5;196mab\u{1B}[0mc\n")
        #expect(grid.render(.none) == "abc\n")
    }
}
