/// What a person would hand to a colleague about one sweep.
public enum Report {
    /// One self-contained page in HTML, without scripts: opens from disk, reads on a phone, prints.
    public static func html(_ input: ReportInput) -> String { HTMLWriter.page(ReportWriter(input).document()) }

    /// What the page may do, for the header `Content-Security-Policy`: it has a style sheet of its own and pictures within,
    /// nothing else. The page says the same, for those who open it from disk.
    public static var contentSecurityPolicy: String { ReportStyle.policy }

    /// The same in Markdown (CommonMark with GitHub's tables); figures are told in words.
    public static func markdown(_ input: ReportInput) -> String { MarkdownWriter.text(ReportWriter(input).document()) }
}
