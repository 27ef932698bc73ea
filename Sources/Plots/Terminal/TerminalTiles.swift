/// Small pictures, two pixels in a cell.
struct TerminalTiles {
    let grid: TileGrid
    let page: TerminalPage
    /// Rows of text that pictures may fill before the rest is left out.
    private static let mostRows = 72
    private static let gap = 1

    init(_ grid: TileGrid, _ page: TerminalPage) { (self.grid, self.page) = (grid, page) }

    func draw() -> TextGrid {
        var text = TextGrid(width: page.width)
        func say(_ sentence: String) { for line in TerminalText.wrap(sentence, page.width) { text.add(line, .muted) } }
        let count = grid.tiles.count
        guard count > 0 else { return text }
        guard page.hasColors else {
            say(
                "\(count) picture\(count == 1 ? "" : "s"), which need a terminal with colors; --format png writes them to a file."
            )
            return text
        }
        let size = tileSize()
        let columns = max(1, (page.width + Self.gap) / (size.columns + Self.gap))
        let captions = grid.captions.map { TerminalText.wrap(page.clean($0), size.columns).prefix(2) }
        let captionRows = captions.map(\.count).max() ?? 0
        let pitch = size.rows + captionRows + (captionRows > 0 ? 1 : 0)
        let shown = min(count, max(1, Self.mostRows / max(1, pitch)) * columns)
        for index in 0..<shown {
            let (row, column) = (index / columns * pitch, index % columns * (size.columns + Self.gap))
            text.place(picture(grid.tiles[index], size), row: row, column: column)
            guard index < captions.count else { continue }
            for (line, caption) in captions[index].enumerated() {
                text.put(page.fit(caption, size.columns), row + size.rows + line, column)
            }
        }
        if shown < count { say("\(shown) of \(count) pictures; --format png writes all of them to a file.") }
        return text
    }

    /// Without captions between them, the lower half of a tile's last row keeps it apart from the next one.
    private var hasHalfGap: Bool { grid.captions.isEmpty && grid.tiles.count > 1 }

    /// Columns and rows of text for a tile: as large as its pixels or as fits, smaller when there are many.
    private func tileSize() -> (columns: Int, rows: Int) {
        let width = max(1, grid.tiles.map(\.width).max() ?? 1)
        let height = max(1, grid.tiles.map(\.height).max() ?? 1)
        // In ASCII a pixel is two blanks wide and one row high.
        let perPixel = page.unicode ? 1 : 2
        let smallest = min(page.width, grid.captions.isEmpty ? 8 * perPixel : 14)
        func rows(_ columns: Int) -> Int {
            let pixels = Double(columns / perPixel) * Double(height) / Double(width)
            return max(1, Int((page.unicode ? (pixels + (hasHalfGap ? 1 : 0)) / 2 : pixels).rounded()))
        }
        var columns = min(page.width, max(width * perPixel, smallest))
        while columns > smallest {
            let inRow = max(1, (page.width + Self.gap) / (columns + Self.gap))
            let needed = (grid.tiles.count + inRow - 1) / inRow * (rows(columns) + (grid.captions.isEmpty ? 0 : 3))
            if needed <= Self.mostRows { break }
            columns -= 1
        }
        return (columns, rows(columns))
    }

    private func picture(_ tile: TileGrid.Picture, _ size: (columns: Int, rows: Int)) -> TextGrid {
        var text = TextGrid(width: size.columns, height: size.rows)
        guard tile.width > 0, tile.height > 0 else { return text }
        let wide = page.unicode ? size.columns : size.columns / 2
        let high = page.unicode ? max(1, size.rows * 2 - (hasHalfGap ? 1 : 0)) : size.rows
        for row in 0..<size.rows {
            for column in 0..<wide {
                if page.unicode {
                    let upper = color(tile, column, row * 2, wide, high)
                    let lower = row * 2 + 1 < high ? color(tile, column, row * 2 + 1, wide, high) : nil
                    text.set(row, column, "▀", TerminalStyle(foreground: upper, background: lower))
                } else {
                    let color = color(tile, column, row, wide, high)
                    for half in 0..<2 { text.set(row, column * 2 + half, " ", TerminalStyle(background: color)) }
                }
            }
        }
        return text
    }

    /// The mean of the pixels below one of `wide`×`high` places; at least one pixel.
    private func color(_ tile: TileGrid.Picture, _ x: Int, _ y: Int, _ wide: Int, _ high: Int) -> RGB {
        let left = x * tile.width / wide
        let right = max(left + 1, (x + 1) * tile.width / wide)
        let top = y * tile.height / high
        let bottom = max(top + 1, (y + 1) * tile.height / high)
        var sums = [0, 0, 0]
        for row in top..<bottom {
            for column in left..<right {
                let start = (row * tile.width + column) * tile.channels
                for channel in 0..<3 { sums[channel] += Int(tile.pixels[start + min(channel, tile.channels - 1)]) }
            }
        }
        let count = (bottom - top) * (right - left)
        return RGB(red: UInt8(sums[0] / count), green: UInt8(sums[1] / count), blue: UInt8(sums[2] / count))
    }
}
