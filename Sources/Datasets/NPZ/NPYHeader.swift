/// The header of an `.npy` file: what the array's values are and how many.
///
/// Source: numpy.lib.format, versions 1.0 to 3.0. The header is a Python dictionary with the keys `descr`,
/// `fortran_order` and `shape`; nothing else is understood.
struct NPYHeader: Sendable, Equatable {
    /// As numpy spells it: `|u1`, `<f4`.
    let type: String
    let shape: [Int]
    let fortranOrder: Bool

    private static let largestHeader = 1 << 16

    /// Reads the header; `stream` then stands at the first value.
    init(_ stream: ByteStream) throws(DatasetError) {
        let start = try stream.bytes(8)
        guard start.starts(with: [0x93] + Array("NUMPY".utf8)), (1...3).contains(start[6]) else {
            throw DatasetError(
                .badFormat, "\(stream.name) does not begin like an .npy file of version 1 to 3; save it again")
        }
        let size = try stream.bytes(start[6] == 1 ? 2 : 4).littleEndianInteger
        guard size <= Self.largestHeader else {
            throw DatasetError(.badFormat, "\(stream.name) has a header of \(size) bytes; save plain arrays only")
        }
        let text = try stream.bytes(size)
        var parser = PythonLiteral(text)
        guard let (type, shape, order) = parser.header() else {
            throw DatasetError(
                .unsupported,
                "\(stream.name) has a header that describes no plain array; save arrays of uint8 or float32")
        }
        (self.type, self.shape, fortranOrder) = (type, shape, order)
    }
}

/// Just enough of Python's literals for an `.npy` header.
private struct PythonLiteral {
    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) { self.text = text }

    mutating func header() -> (type: String, shape: [Int], fortranOrder: Bool)? {
        var (type, shape, order): (String?, [Int]?, Bool?)
        guard take("{") else { return nil }
        while !take("}") {
            guard let key = string(), take(":") else { return nil }
            switch key {
            case "descr":
                guard let value = string() else { return nil }
                type = value
            case "shape":
                guard let value = tuple() else { return nil }
                shape = value
            case "fortran_order":
                guard let value = boolean() else { return nil }
                order = value
            default: return nil
            }
            guard take(",") || peek() == UInt8(ascii: "}") else { return nil }
        }
        guard let type, let shape, let order else { return nil }
        return (type, shape, order)
    }

    private mutating func peek() -> UInt8? {
        while position < text.count, text[position] <= 32 { position += 1 }
        return position < text.count ? text[position] : nil
    }

    private mutating func take(_ word: String) -> Bool {
        guard peek() != nil, text[position...].starts(with: word.utf8) else { return false }
        position += word.utf8.count
        return true
    }

    private mutating func string() -> String? {
        guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        position += 1
        guard let end = text[position...].firstIndex(of: quote), end - position <= 64 else { return nil }
        defer { position = end + 1 }
        return String(decoding: text[position..<end], as: UTF8.self)
    }

    private mutating func boolean() -> Bool? {
        take("True") ? true : take("False") ? false : nil
    }

    private mutating func tuple() -> [Int]? {
        guard take("(") else { return nil }
        var numbers: [Int] = []
        while !take(")") {
            guard let number = integer(), numbers.count < 32 else { return nil }
            numbers.append(number)
            guard take(",") || peek() == UInt8(ascii: ")") else { return nil }
        }
        return numbers
    }

    private mutating func integer() -> Int? {
        guard peek() != nil else { return nil }
        let digits = text[position...].prefix { (48...57).contains($0) }
        position += digits.count
        _ = take("L")  // Python 2 wrote long integers so.
        return Int(String(decoding: digits, as: UTF8.self))
    }
}
