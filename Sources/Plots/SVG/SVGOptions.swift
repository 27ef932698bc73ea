public enum Theme: String, Sendable, CaseIterable {
    case light
    case dark
    /// As the reader's system prefers; on paper light.
    case auto
}

/// How a figure becomes SVG.
public struct SVGOptions: Sendable {
    /// In pixels, 320…2000; text keeps its size whatever the width is.
    public var width: Double
    public var theme: Theme
    /// Inside a page that has `SVG.stylesheet`: neither `<style>` nor `style=""`, no background, no outer margin.
    public var isEmbedded: Bool
    /// Begins every id; must be unique in a page. Characters other than ASCII letters, digits, `-` and `_` are left
    /// out.
    public var idPrefix: String

    public init(width: Double = 720, theme: Theme = .auto, isEmbedded: Bool = false, idPrefix: String = "p") {
        (self.width, self.theme, self.isEmbedded, self.idPrefix) = (width, theme, isEmbedded, idPrefix)
    }
}
