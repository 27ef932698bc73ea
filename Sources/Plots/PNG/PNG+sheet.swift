extension PNG {
    /// Grey of the gaps, apart from the black and the white of most pictures' own backgrounds.
    static let background: UInt8 = 0xA0

    /// All tiles of a grid in one picture, row by row, with a gap around each.
    ///
    /// In color if one of the tiles is. A tile smaller than the largest one lies at the top left of its place. The
    /// scale is lowered where the sheet would have more than 2^26 pixels.
    /// - Parameters:
    ///   - scale: pixels along the side of each pixel, 1…64; values outside count as the nearest of these.
    ///   - gap: pixels between two tiles and around all, 0…64; values outside count as the nearest of these.
    public static func sheet(_ grid: TileGrid, scale: Int, gap: Int) -> TileGrid.Picture {
        let gap = min(64, max(0, gap))
        var scale = min(64, max(1, scale))
        let columns = grid.columnCount
        let rows = (grid.tiles.count + columns - 1) / columns
        let channels = grid.tiles.contains { $0.channels == 3 } ? 3 : 1
        let tile = (width: grid.tiles.map(\.width).max() ?? 0, height: grid.tiles.map(\.height).max() ?? 0)
        while scale > 1, columns * (tile.width * scale + gap) > (1 << 26) / max(1, rows * (tile.height * scale + gap)) {
            scale -= 1
        }
        let (cellWidth, cellHeight) = (tile.width * scale + gap, tile.height * scale + gap)
        let (width, height) = (columns * cellWidth + gap, rows * cellHeight + gap)
        var pixels = [UInt8](repeating: background, count: width * height * channels)
        for (index, tile) in grid.tiles.enumerated() {
            let left = index % columns * cellWidth + gap
            let top = index / columns * cellHeight + gap
            for y in 0..<tile.height * scale {
                var target = ((top + y) * width + left) * channels
                for x in 0..<tile.width {
                    let source = (y / scale * tile.width + x) * tile.channels
                    for _ in 0..<scale {
                        for channel in 0..<channels {
                            pixels[target] = tile.pixels[source + min(channel, tile.channels - 1)]
                            target += 1
                        }
                    }
                }
            }
        }
        return TileGrid.Picture(width: width, height: height, channels: channels, pixels: pixels)
    }
}

extension TileGrid {
    /// Tiles in a row, at least 1.
    var columnCount: Int {
        let wanted = columns ?? Int(Double(tiles.count).squareRoot().rounded(.up))
        return max(1, min(wanted, tiles.count))
    }
}
