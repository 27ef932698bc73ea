import SweepAnalysis
import SweepModel

/// What a person would hand to a colleague about one sweep.
public enum Report {
    /// One self-contained page in HTML, without scripts: opens from disk, reads on a phone, prints.
    public static func html(_ input: ReportInput) -> String { HTMLWriter.page(document(input)) }

    /// The same in Markdown (CommonMark with GitHub's tables); figures are told in words.
    public static func markdown(_ input: ReportInput) -> String { MarkdownWriter.text(document(input)) }

    static func document(_ input: ReportInput) -> Document {
        let writer = ReportWriter(input)
        return Document(
            title: "Sweep \(input.record.sweep.id): \(input.record.sweep.name)", lead: writer.lead(),
            sections: writer.sections(),
            footer: ["Written by sweepd on \(NumberText.date(input.now)). \(input.box)"])
    }
}
