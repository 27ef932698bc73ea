import Testing

@testable import SweepCommands

struct TableTests {
    static let table: Table = {
        var table = Table([
            .init("ID", .right, importance: 99), .init("NAME", importance: 40), .init("STATE", importance: 98),
            .init("FAILED", .right, importance: 30), .init("BEST", .right, importance: 90),
        ])
        table.add(["1", "cifar10-grid", "running", "", "0.4870"])
        table.add(["12", "a long name of a sweep", "completed", "", "0.5400"])
        return table
    }()

    @Test func alignsNumbersToTheRightAndHidesEmptyColumns() {
        #expect(
            Self.table.render(Page()) == """
                ID  NAME                    STATE        BEST
                 1  cifar10-grid            running    0.4870
                12  a long name of a sweep  completed  0.5400

                """)
    }

    @Test func theLeastImportantColumnIsNarrowed() {
        #expect(
            Self.table.render(Page(width: 35)) == """
                ID  NAME          STATE        BEST
                 1  cifar10-grid  running    0.4870
                12  a long name…  completed  0.5400

                """)
    }

    @Test func aColumnThatWouldBeTooNarrowIsLeftOut() {
        #expect(
            Self.table.render(Page(width: 30)) == """
                ID  STATE        BEST
                 1  running    0.4870
                12  completed  0.5400

                """)
    }

    @Test func numbersAreNeverCut() {
        #expect(
            Self.table.render(Page(width: 14)) == """
                ID  STATE
                 1  running
                12  completed

                """)
    }

    @Test(arguments: 1...60, [true, false])
    func noLineIsWiderThanThePage(width: Int, unicode: Bool) {
        for line in Self.table.render(Page(width: width, unicode: unicode)).split(separator: "\n") {
            #expect(Text.width(String(line)) <= width)
        }
    }

    @Test func aMarkWithoutUnicodeIsASCII() {
        #expect(Self.table.render(Page(width: 35, unicode: false)).contains("a long name~"))
    }

    @Test func colorsDoNotChangeTheLayout() {
        var table = Table([.init("A"), .init("B", .right)])
        table.add([.init("x", .good), .init("10", .bad)])
        #expect(
            table.render(Page(colors: true))
                == "\u{1B}[2mA\u{1B}[0m   \u{1B}[2mB\u{1B}[0m\n\u{1B}[32mx\u{1B}[0m  \u{1B}[31m10\u{1B}[0m\n")
    }

    @Test func titlesAloneAreShownWithoutRows() {
        #expect(Table([.init("A"), .init("B")]).render(Page()) == "A  B\n")
    }

    @Test func textsFromOutsideCannotDriveTheTerminal() {
        var table = Table([.init("NAME")])
        table.add([.init("a\u{1B}[2Jb\nc\u{9B}")])
        #expect(table.render(Page()) == "NAME\na?[2Jb c?\n")
    }

    @Test func wideCharactersTakeTwoColumns() {
        var table = Table([.init("NAME", importance: 1), .init("N", .right)])
        table.add(["日本語", "1"])
        table.add(["abc", "22"])
        #expect(table.render(Page()) == "NAME     N\n日本語   1\nabc     22\n")
    }
}
