/// What a person would hand to a colleague about one sweep.
public enum Report {
    /// One self-contained page in HTML, without scripts: opens from disk, reads on a phone, prints.
    public static func html(_ input: ReportInput) -> String { HTMLWriter.page(ReportWriter(input).document()) }

    /// The same in Markdown (CommonMark with GitHub's tables); figures are told in words.
    public static func markdown(_ input: ReportInput) -> String { MarkdownWriter.text(ReportWriter(input).document()) }
}
