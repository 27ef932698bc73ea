import FoundationEssentials
import SweepAnalysis
import SweepModel
import Testing

@testable import SweepReport

@Suite struct ReportMarkdownTests {
    @Test func tablesHaveAsManyCellsInEveryRow() throws {
        var input = try SampleReport.input(name: "a|b")
        input.record.trials[0].reason = "a | b `c|d` \\| e\nnext"
        let lines = Report.markdown(input).split(separator: "\n", omittingEmptySubsequences: false)
        var width: Int?
        var tables = 0
        for line in lines {
            guard line.hasPrefix("|") else {
                width = nil
                continue
            }
            let cells = Self.cells(line)
            if let width { #expect(cells == width, "\(line)") } else { tables += 1 }
            width = cells
        }
        #expect(tables == 5)
    }

    /// Bare pipes, less those of the ends.
    private static func cells(_ line: Substring) -> Int {
        var count = -1
        var isEscaped = false
        for character in line {
            if character == "|", !isEscaped { count += 1 }
            isEscaped = character == "\\" && !isEscaped
        }
        return count
    }

    @Test func whatUsersWriteIsText() throws {
        let input = try SampleReport.input(name: "<script>*x*</script> [a](b) `c` _d_\n# e & ~f~")
        let first = Report.markdown(input).prefix { $0 != "\n" }
        #expect(first == "# Sweep 3: \\<script\\>\\*x\\*\\</script\\> \\[a\\](b) \\`c\\` \\_d\\_ # e \\& \\~f\\~")
    }

    @Test func aFileWithFencesIsFencedByALongerOne() {
        #expect(MarkdownWriter.fenced("a\n````\nb") == "`````\na\n````\nb\n`````\n")
        #expect(MarkdownWriter.fenced("a\n") == "```\na\n```\n")
    }

    @Test(arguments: [
        ("a", "`a`"), ("`a", "`` `a ``"), ("a``b", "```a``b```"), ("a|b", "`a\\|b`"), ("", ""), (" ", "`   `"),
    ])
    func codeSpansOutlastTheirContents(_ text: String, _ span: String) {
        #expect(MarkdownWriter.code(text, inTable: true) == span)
    }

    @Test(arguments: [
        ("# a", "\\# a"), ("- a", "\\- a"), ("1. a", "1\\. a"), ("12) a", "12\\) a"), ("0.534", "0.534"),
        ("a-b #c 1.5", "a-b #c 1.5"), ("+a", "\\+a"), ("a_b", "a\\_b"), ("a\\b", "a\\\\b"),
    ])
    func marksAtTheStartOfALineAreEscaped(_ text: String, _ escaped: String) {
        #expect(MarkdownWriter.escaped(text) == escaped)
    }

    @Test func itSaysWhatThePageSays() throws {
        let text = Report.markdown(try SampleReport.input())
        #expect(text.contains("The best of 144 configurations, trial 102, reaches **0.532** ± 0.016"))
        for title in [
            "What was searched", "What won", "How sure", "Diagnosis", "Plots", "All trials", "How to reproduce it",
        ] {
            #expect(text.contains("\n## \(title)\n"))
        }
        #expect(text.contains("sweepctl verify 102"))
        #expect(text.contains(SampleSweep.grid))
        #expect(!text.contains("<svg"))
        #expect(text.contains("Models measured on this test set so far: 4, 1 of them by this sweep."))
    }

    @Test func numbersInReasonsAreShortened() {
        #expect(
            ReportWriter.shortened("loss not finite at iteration 3; last finite loss 4.57608857636838")
                == "loss not finite at iteration 3; last finite loss 4.5760")
        #expect(ReportWriter.shortened("rung 2, cutoff 0.4, 1.2.3") == "rung 2, cutoff 0.4, 1.2.3")
    }
}
