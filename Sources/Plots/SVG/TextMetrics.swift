/// How wide text is, without a font at hand: the wider one of DejaVu Sans and Helvetica for each letter, since nobody
/// knows which font a reader's system has.
enum TextMetrics {
    static func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
        var thousandths = 0
        for scalar in text.unicodeScalars { thousandths += width(scalar) }
        return Double(thousandths) / 1000 * size * (isBold ? 1.13 : 1)
    }

    /// Cut to `width` with an ellipsis, if need be.
    static func truncated(_ text: String, to width: Double, size: Double, isBold: Bool = false) -> String {
        guard self.width(text, size: size, isBold: isBold) > width else { return text }
        let room = width - self.width("…", size: size, isBold: isBold)
        var kept = ""
        var used = 0.0
        for character in text {
            used += self.width(String(character), size: size, isBold: isBold)
            if used > room { break }
            kept.append(character)
        }
        while kept.last == " " { kept.removeLast() }
        return kept + "…"
    }

    /// Broken at spaces into lines of at most `width`; what does not fit into `lines` of them is cut.
    static func wrapped(
        _ text: String, to width: Double, size: Double, isBold: Bool = false, lines: Int
    ) -> [String] {
        var result: [String] = []
        var line = ""
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        for (index, word) in words.enumerated() {
            let longer = line.isEmpty ? word : line + " " + word
            if line.isEmpty || self.width(longer, size: size, isBold: isBold) <= width {
                line = longer
                continue
            }
            if result.count == lines - 1 {
                line = ([line] + words[index...]).joined(separator: " ")
                break
            }
            result.append(line)
            line = word
        }
        if !line.isEmpty { result.append(line) }
        return result.map { truncated($0, to: width, size: size, isBold: isBold) }
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value >= 32, value < 127 { return ascii[Int(value) - 32] }
        switch value {
        case 9, 10, 13: return 318
        case 0..<32, 0x300...0x36f, 0x200b...0x200f, 0xfe00...0xfe0f: return 0
        case 0xb9, 0xb2, 0xb3, 0x2070...0x207f: return 530
        case 0x2013: return 500
        case 0xb7, 0xa0: return 320
        case 0xc0...0x17f: return 680
        case 0x370...0x52f: return 720
        case 0x1100...0x11ff, 0x2e80...0xd7ff, 0xf900...0xfaff, 0xff00...0xff60, 0x1f000...: return 1100
        default: return 850
        }
    }

    /// In thousandths of the size, from the space on.
    private static let ascii = [
        318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636,
        636, 636, 636,
        636, 337, 337, 838, 838, 838, 556, 1015, 684, 686, 722, 770, 667, 611, 778, 752, 295, 500, 667, 557, 863, 748,
        787, 667, 787,
        722, 667, 611, 732, 684, 989, 685, 667, 685, 390, 337, 390, 838, 556, 500, 613, 635, 550, 635, 615, 352, 635,
        634, 278, 278,
        579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
    ]
}
