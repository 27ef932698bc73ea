/// A colour of the screen, 8 bits a part, sRGB.
struct RGB: Sendable, Equatable, Hashable {
    var red: UInt8
    var green: UInt8
    var blue: UInt8

    init(red: UInt8, green: UInt8, blue: UInt8) { (self.red, self.green, self.blue) = (red, green, blue) }

    /// `0x0072b2`.
    init(_ hex: UInt32) {
        self.init(red: UInt8(hex >> 16 & 0xff), green: UInt8(hex >> 8 & 0xff), blue: UInt8(hex & 0xff))
    }

    /// `#0072b2`.
    var hex: String {
        "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Red, green, blue as amounts of light, 0…1.
    var linear: [Double] {
        [red, green, blue].map { part in
            let part = Double(part) / 255
            return part <= 0.04045 ? part / 12.92 : Logarithm.power((part + 0.055) / 1.055, 2.4)
        }
    }

    init(linear parts: [Double]) {
        let bytes = parts.map { part in
            let part = min(max(part, 0), 1)
            return UInt8(
                (255 * (part <= 0.0031308 ? 12.92 * part : 1.055 * Logarithm.power(part, 1 / 2.4) - 0.055)).rounded())
        }
        self.init(red: bytes[0], green: bytes[1], blue: bytes[2])
    }

    /// 1…21, as the Web Content Accessibility Guidelines 2.2 define it.
    func contrast(to other: RGB) -> Double {
        let (a, b) = (luminance, other.luminance)
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    var luminance: Double { zip(linear, [0.2126, 0.7152, 0.0722]).reduce(0) { $0 + $1.0 * $1.1 } }
}
