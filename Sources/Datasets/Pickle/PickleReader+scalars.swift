extension PickleReader {
    /// The integer of I, L, J, K, M, LONG1 or LONG4.
    func integer(_ opcode: UInt8) throws(DatasetError) -> PickleValue {
        switch opcode {
        case UInt8(ascii: "K"): return .int(Int(try byte()))
        case UInt8(ascii: "M"): return .int(try take(2).littleEndianInteger)
        case UInt8(ascii: "J"): return .int(Int(Int32(truncatingIfNeeded: try take(4).littleEndianInteger)))
        case 0x8a, 0x8b:
            let count = opcode == 0x8a ? Int(try byte()) : try take(4).littleEndianInteger
            let digits = try take(count)
            guard count <= 8 else { throw damaged("an integer of \(count) bytes") }
            guard let last = digits.last else { return .int(0) }
            let value = digits.littleEndianInteger
            // Two's complement: the sign is the last byte's highest bit.
            return .int(last >= 128 && count < 8 ? value - 1 << (8 * count) : value)
        default:
            let words = text(try line())
            // Protocols 0 and 1 spell booleans as the integers 01 and 00.
            if opcode == UInt8(ascii: "I"), words == "01" || words == "00" { return .bool(words == "01") }
            guard let number = Int(words.hasSuffix("L") ? String(words.dropLast()) : words) else {
                throw damaged("a bad number")
            }
            return .int(number)
        }
    }

    /// The contents of S, V, T, U, B, C, X and the opcodes of protocols 4 and 5.
    func string(_ opcode: UInt8) throws(DatasetError) -> PickleBytes {
        switch opcode {
        case UInt8(ascii: "U"), UInt8(ascii: "C"), 0x8c: return .inFile(try range(Int(try byte())))
        case UInt8(ascii: "T"), UInt8(ascii: "B"), UInt8(ascii: "X"):
            return .inFile(try range(try take(4).littleEndianInteger))
        case 0x8d, 0x8e, 0x96: return .inFile(try range(try take(8).littleEndianInteger))
        case UInt8(ascii: "V"): return .owned(try unescapedText(try line()))
        default: return .owned(try unescapedString(try line()))
        }
    }

    /// Python 2's string literal, quotes included.
    private func unescapedString(_ literal: ArraySlice<UInt8>) throws(DatasetError) -> [UInt8] {
        guard literal.count >= 2, let quote = literal.first, quote == literal.last,
            quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
        else { throw damaged("a string without quotes") }
        let simple: [UInt8: UInt8] = [
            UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "\\"): 92,
            UInt8(ascii: "'"): 39, UInt8(ascii: "\""): 34,
        ]
        var bytes: [UInt8] = []
        var rest = literal.dropFirst().dropLast()
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            guard let kind = rest.popFirst() else { throw damaged("a bad escape") }
            if let plain = simple[kind] {
                bytes.append(plain)
            } else if kind == UInt8(ascii: "x"), let value = hexadecimal(&rest, digits: 2) {
                bytes.append(UInt8(truncatingIfNeeded: value))
            } else {
                throw damaged("a bad escape")
            }
        }
        return bytes
    }

    /// Python's raw-unicode-escape (Latin-1 with \u and \U) as UTF-8.
    private func unescapedText(_ literal: ArraySlice<UInt8>) throws(DatasetError) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = literal
        while let byte = rest.popFirst() {
            var scalar = UInt32(byte)
            if byte == UInt8(ascii: "\\"), let kind = rest.first, kind == UInt8(ascii: "u") || kind == UInt8(ascii: "U")
            {
                rest.removeFirst()
                guard let value = hexadecimal(&rest, digits: kind == UInt8(ascii: "u") ? 4 : 8) else {
                    throw damaged("a bad escape")
                }
                scalar = value
            }
            guard let unicode = Unicode.Scalar(scalar) else { throw damaged("a bad escape") }
            bytes += UTF8.encode(unicode).map(Array.init) ?? []
        }
        return bytes
    }

    private func hexadecimal(_ rest: inout ArraySlice<UInt8>, digits: Int) -> UInt32? {
        guard rest.count >= digits else { return nil }
        defer { rest.removeFirst(digits) }
        let text = String(decoding: rest.prefix(digits), as: UTF8.self)
        return text.utf8.allSatisfy { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }
            ? UInt32(text, radix: 16) : nil
    }
}
