/// A picture as data: what it shows, not how it is drawn. Renderers turn it into SVG, a terminal's text or PNG.
public struct Figure: Sendable, Equatable {
    public var title: String
    /// One line below the title.
    public var subtitle: String?
    /// One or two sentences for those who do not see the picture: what it shows and what to learn from it.
    public var summary: String
    public var content: Content

    public indirect enum Content: Sendable, Equatable {
        case chart(Chart)
        case bars(BarChart)
        case heatmap(Heatmap)
        case parallel(ParallelCoordinates)
        case lanes(LaneChart)
        case tiles(TileGrid)
        /// Small figures beside or below each other, in reading order.
        case panels([Figure])
        /// Nothing to draw yet; says why, in one sentence.
        case empty(String)
    }

    public init(title: String, subtitle: String? = nil, summary: String, content: Content) {
        (self.title, self.subtitle, self.summary, self.content) = (title, subtitle, summary, content)
    }
}
