extension Canvas {
    mutating func draw(_ grid: TileGrid) {
        let tiles = grid.tiles.filter {
            $0.width > 0 && $0.height > 0 && $0.pixels.count == $0.width * $0.height * $0.channels
        }
        guard !tiles.isEmpty else { return draw(empty: "No pictures to show.") }
        let hasCaptions = grid.captions.contains { !$0.isEmpty } && tiles.count == grid.tiles.count
        let gap = hasCaptions ? 10.0 : 3
        let columns = columns(of: grid, count: tiles.count, hasCaptions: hasCaptions, gap: gap)
        let room = (width - gap * Double(columns - 1)) / Double(columns)
        let widest = Double(tiles.map(\.width).max() ?? 1)
        let tallest = Double(tiles.map(\.height).max() ?? 1)
        // Whole screen pixels for each of the picture's where there are enough, and none larger than a thumbnail.
        let most = max(1, (hasCaptions ? 96 : 72) / widest)
        let fit = room / widest
        let scale = fit >= 1 ? min(fit.rounded(.down), most.rounded(.down)) : fit
        let size = (width: widest * scale, height: tallest * scale)
        let cellWidth = hasCaptions ? min(room, max(size.width, 88)) : size.width
        let isBroken = grid.captions.contains { TextMetrics.width($0, size: 11) > cellWidth }
        let cell = (width: cellWidth, height: size.height + (hasCaptions ? (isBroken ? 31 : 18) : 0))
        for (index, tile) in tiles.enumerated() {
            let x = (cell.width + gap) * Double(index % columns)
            let top = y + (cell.height + gap) * Double(index / columns)
            let caption = grid.captions.indices.contains(index) ? grid.captions[index] : ""
            markup.open(
                "image",
                [
                    "class": "plot-pixels", "x": .number(x), "y": .number(top),
                    "width": .number(Double(tile.width) * scale),
                    "height": .number(Double(tile.height) * scale), "preserveAspectRatio": "none",
                    "href": .text("data:image/png;base64," + Base64.encode(PNG.encode(tile))),
                ])
            if !caption.isEmpty { markup.element("title", text: caption) }
            markup.close("image")
            if hasCaptions {
                let lines = TextMetrics.wrapped(caption, to: cell.width, size: 11, lines: 2)
                for (number, line) in lines.enumerated() {
                    let y = top + size.height + 13 + 13 * Double(number)
                    self.text(line, x: x, y: y, classes: "plot-small", title: line.hasSuffix("…") ? caption : nil)
                }
            }
        }
        let rows = Double((tiles.count + columns - 1) / columns)
        y += rows * cell.height + (rows - 1) * gap + 2
    }

    private func columns(of grid: TileGrid, count: Int, hasCaptions: Bool, gap: Double) -> Int {
        let least = hasCaptions ? 72.0 : 12
        let fitting = max(1, Int((width + gap) / (least + gap)))
        let square = Int(Double(count).squareRoot().rounded(.up))
        let wish = grid.columns ?? (hasCaptions ? min(count, max(square, Int((width + gap) / (106 + gap)))) : square)
        return min(max(wish, 1), fitting, count)
    }
}

/// Bytes as letters: RFC 4648, section 4.
enum Base64 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group: UInt32 = 0
            for offset in 0..<3 { group = group << 8 | (offset < count ? UInt32(bytes[start + offset]) : 0) }
            for offset in 0..<4 {
                text.append(offset <= count ? letters[Int(group >> UInt32(18 - 6 * offset) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
