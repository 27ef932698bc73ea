import SweepAPI
import SweepAnalysis

/// Findings, the gravest first, each with what to do about it.
enum DiagnosisText {
    /// Longer lines are hard to read.
    private static let widest = 100

    static func render(_ subject: String, _ findings: [FindingReply], _ page: Page) -> String {
        if findings.isEmpty { return "\(subject): nothing stands out\n" }
        var text = "\(subject): \(Text.count(findings.count, "finding"))\n"
        for level in [Finding.Level.warning, .advice, .note] {
            let group = findings.filter { $0.level == level }
            if group.isEmpty { continue }
            let title = title(level)
            text += "\n" + (page.colors ? tone(level).paint(title) : title) + "\n"
            text += group.map { finding($0, subject, page) }.joined(separator: "\n")
        }
        return text
    }

    private static func finding(_ finding: FindingReply, _ subject: String, _ page: Page) -> String {
        var title = Text.oneLine(finding.title)
        if let trial = finding.trial, subject != "trial \(trial)",
            !"\(title) \(finding.detail) ".contains("trial \(trial)")
        {
            title += " (trial \(trial))"
        }
        var text = paragraph(title, first: "  ", next: "  ", page)
        text += paragraph(Text.oneLine(finding.detail), first: "    ", next: "    ", page)
        if let advice = finding.advice {
            let arrow = page.unicode ? "→" : "->"
            let indent = "    \(arrow) "
            text += paragraph(
                Text.oneLine(advice), first: indent, next: String(repeating: " ", count: Text.width(indent)), page)
        }
        return text
    }

    private static func paragraph(_ words: String, first: String, next: String, _ page: Page) -> String {
        let room = page.width.map { max(20, min($0, widest) - Text.width(first)) }
        return Text.wrap(words, room).enumerated().map { index, line in (index == 0 ? first : next) + line + "\n" }
            .joined()
    }

    private static func title(_ level: Finding.Level) -> String {
        switch level {
        case .warning: "Spoils the results"
        case .advice: "To change next time"
        case .note: "To know"
        }
    }

    private static func tone(_ level: Finding.Level) -> Tone {
        switch level {
        case .warning: .bad
        case .advice: .warning
        case .note: .dim
        }
    }
}
