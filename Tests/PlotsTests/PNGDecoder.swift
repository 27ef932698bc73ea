import CZlib

/// A second reading of the format, for tests: non-interlaced 8-bit grey or RGB.
struct PNGDecoder {
    struct Wrong: Error { var what: String }

    var width = 0
    var height = 0
    var channels = 0
    var pixels: [UInt8] = []
    /// The filter of each row.
    var filters: [UInt8] = []
    var chunks: [String] = []

    init(_ file: [UInt8]) throws {
        guard file.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) else { throw Wrong(what: "signature") }
        var rest = file[8...]
        var compressed: [UInt8] = []
        while !rest.isEmpty {
            guard rest.count >= 12 else { throw Wrong(what: "cut off") }
            let length = Self.number(rest.prefix(4))
            guard rest.count >= 12 + length else { throw Wrong(what: "length") }
            let body = Array(rest.dropFirst(4).prefix(4 + length))
            guard Self.checksum(body) == Self.number(rest.dropFirst(8 + length).prefix(4)) else {
                throw Wrong(what: "checksum")
            }
            let type = String(decoding: body[..<4], as: UTF8.self)
            let content = Array(body[4...])
            chunks.append(type)
            if type == "IHDR" {
                guard content.count == 13, content[8] == 8, content[10...].allSatisfy({ $0 == 0 }) else {
                    throw Wrong(what: "header")
                }
                (width, height) = (Self.number(content[0..<4]), Self.number(content[4..<8]))
                channels = content[9] == 2 ? 3 : 1
            }
            if type == "IDAT" { compressed += content }
            rest = rest.dropFirst(12 + length)
        }
        try unfilter(try Self.inflated(compressed, count: height * (width * channels + 1)))
    }

    private mutating func unfilter(_ rows: [UInt8]) throws {
        let stride = width * channels
        var above = [Int](repeating: 0, count: stride)
        for row in 0..<height {
            let filter = rows[row * (stride + 1)]
            filters.append(filter)
            var current = rows[(row * (stride + 1) + 1)..<(row + 1) * (stride + 1)].map { Int($0) }
            for x in 0..<stride {
                let a = x < channels ? 0 : current[x - channels]
                let b = above[x]
                let c = x < channels ? 0 : above[x - channels]
                switch filter {
                case 0: break
                case 1: current[x] += a
                case 2: current[x] += b
                case 3: current[x] += (a + b) / 2
                case 4:
                    let p = a + b - c
                    current[x] += [(abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c)].min { $0 < $1 }!.2
                default: throw Wrong(what: "filter \(filter)")
                }
                current[x] &= 255
            }
            pixels += current.map { UInt8($0) }
            above = current
        }
    }

    /// Bit by bit, not zlib's own.
    private static func checksum(_ bytes: [UInt8]) -> Int {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
        }
        return Int(~value)
    }

    private static func inflated(_ bytes: [UInt8], count: Int) throws -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count + 1)
        var length = uLongf(result.count)
        guard uncompress(&result, &length, bytes, uLong(bytes.count)) == Z_OK, Int(length) == count else {
            throw Wrong(what: "deflate")
        }
        return Array(result[..<count])
    }

    private static func number(_ bytes: some Collection<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
