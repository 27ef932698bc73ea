import Plots
import Testing

extension Figure {
    func chart() throws -> Chart {
        guard case .chart(let chart) = content else { throw OtherContent(self) }
        return chart
    }

    func heatmap() throws -> Heatmap {
        guard case .heatmap(let heatmap) = content else { throw OtherContent(self) }
        return heatmap
    }

    func panels() throws -> [Figure] {
        guard case .panels(let panels) = content else { throw OtherContent(self) }
        return panels
    }

    func bars() throws -> BarChart {
        guard case .bars(let bars) = content else { throw OtherContent(self) }
        return bars
    }

    func parallel() throws -> ParallelCoordinates {
        guard case .parallel(let parallel) = content else { throw OtherContent(self) }
        return parallel
    }

    func lanes() throws -> LaneChart {
        guard case .lanes(let lanes) = content else { throw OtherContent(self) }
        return lanes
    }

    func tiles() throws -> TileGrid {
        guard case .tiles(let tiles) = content else { throw OtherContent(self) }
        return tiles
    }

    /// The sentence of a figure without data; nil for one with data.
    var emptiness: String? {
        if case .empty(let sentence) = content { sentence } else { nil }
    }
}

/// A figure shows something else than the test expects.
struct OtherContent: Error, CustomStringConvertible {
    let description: String

    init(_ figure: Figure) { description = "\(figure.title) shows \(String(describing: figure.content).prefix(120))" }
}
