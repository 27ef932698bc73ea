/// Who wrote a pickle.
enum PickleStyle: CaseIterable {
    /// Protocol 2 by Python 2, as the official files were: strings, no text.
    case python2
    /// Protocol 0 by Python 2: everything as lines of text.
    case lines
    /// Protocol 2 by Python 3: bytes go through `_codecs.encode`.
    case python3
    /// Protocol 3: bytes as such.
    case protocol3
    /// Protocol 4: frames, memoized, globals from the stack.
    case protocol4
    /// Protocol 5: arrays from buffers.
    case protocol5
}

/// Writes the opcodes that CPython and numpy write for a batch of CIFAR-10.
struct PickleWriter {
    let style: PickleStyle

    init(_ style: PickleStyle) { self.style = style }

    /// - Parameter shape: of the array; n×3072 when nil.
    func batch(data: [UInt8], labels: [Int], shape: [Int]? = nil, type: String = "u1") -> [UInt8] {
        let shape = shape ?? [data.count / 3072, 3072]
        var out: [UInt8]
        switch style {
        case .lines: out = []
        case .protocol3: out = [0x80, 3]
        case .protocol4: out = [0x80, 4, 0x95] + little(data.count + 500, 8)
        case .protocol5: out = [0x80, 5, 0x95] + little(data.count + 500, 8)
        case .python2, .python3: out = [0x80, 2]
        }
        out += style == .lines ? ascii("(dp1\n") : ascii("}") + memo(1) + ascii("(")
        out += key("batch_label") + text("training batch 1 of 5") + set()
        out += key("labels") + list(labels) + set()
        out += key("data") + array(data, shape, type) + set()
        out += key("filenames") + listOf([text("leptodactylus_s_004.png"), text("camion_s_000148.png")]) + set()
        return out + (style == .lines ? ascii(".") : ascii("u."))
    }

    // MARK: Parts

    private func set() -> [UInt8] { style == .lines ? ascii("s") : [] }

    private func memo(_ index: UInt8) -> [UInt8] {
        switch style {
        case .lines: ascii("p\(index)\n")
        case .protocol4, .protocol5: [0x94]
        default: ascii("q") + [index]
        }
    }

    private func key(_ name: String) -> [UInt8] { text(name) }

    private func text(_ text: String) -> [UInt8] {
        switch style {
        case .python2: ascii("U") + [UInt8(text.utf8.count)] + ascii(text) + memo(2)
        case .lines: ascii("S'\(text)'\n") + memo(2)
        case .python3, .protocol3: ascii("X") + little(text.utf8.count, 4) + ascii(text) + memo(2)
        case .protocol4, .protocol5: [0x8c, UInt8(text.utf8.count)] + ascii(text) + memo(2)
        }
    }

    private func integer(_ value: Int) -> [UInt8] {
        if style == .lines { return ascii("I\(value)\n") }
        if value >= 0, value < 256 { return ascii("K") + [UInt8(value)] }
        if value >= 0, value < 65536 { return ascii("M") + little(value, 2) }
        return ascii("J") + little(value, 4)
    }

    private func list(_ values: [Int]) -> [UInt8] { listOf(values.map(integer)) }

    private func listOf(_ values: [[UInt8]]) -> [UInt8] {
        style == .lines
            ? ascii("(lp3\n") + values.flatMap { $0 + ascii("a") }
            : ascii("]") + memo(3) + ascii("(") + values.flatMap(\.self) + ascii("e")
    }

    private func tuple(_ values: [[UInt8]]) -> [UInt8] {
        if style == .lines || values.count > 3 { return ascii("(") + values.flatMap(\.self) + ascii("t") }
        return values.flatMap(\.self) + [0x84 + UInt8(values.count)]
    }

    private func global(_ module: String, _ name: String) -> [UInt8] {
        switch style {
        case .protocol4, .protocol5: text(module) + text(name) + [0x93] + memo(4)
        default: ascii("c\(module)\n\(name)\n") + memo(4)
        }
    }

    private func bytes(_ bytes: [UInt8]) -> [UInt8] {
        switch style {
        case .python2:
            return bytes.count < 256
                ? ascii("U") + [UInt8(bytes.count)] + bytes : ascii("T") + little(bytes.count, 4) + bytes
        case .lines:
            let digits = ascii("0123456789abcdef")
            let escaped: [UInt8] = bytes.flatMap { byte in
                switch byte {
                case 10: ascii("\\n")
                case UInt8(ascii: "\\"): ascii("\\\\")
                case UInt8(ascii: "'"): ascii("\\'")
                case 32..<127: [byte]
                default: ascii("\\x") + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
            }
            return ascii("S'") + escaped + ascii("'\n")
        case .python3:
            let utf8 = Array(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })).utf8)
            return global("_codecs", "encode")
                + tuple([ascii("X") + little(utf8.count, 4) + utf8, text("latin1")]) + ascii("R")
        case .protocol3, .protocol4:
            return bytes.count < 256
                ? ascii("C") + [UInt8(bytes.count)] + bytes : ascii("B") + little(bytes.count, 4) + bytes
        case .protocol5: return [0x96] + little(bytes.count, 8) + bytes
        }
    }

    private func bool(_ value: Bool) -> [UInt8] {
        style == .lines ? ascii(value ? "I01\n" : "I00\n") : [value ? 0x88 : 0x89]
    }

    private func type(_ name: String) -> [UInt8] {
        let arguments =
            style == .python2
            ? tuple([text(name), integer(0), integer(1)]) : tuple([text(name), bool(false), bool(true)])
        let state = tuple([
            integer(3), text("|"), ascii("N"), ascii("N"), ascii("N"), minusOne, minusOne, integer(0),
        ])
        return global("numpy", "dtype") + arguments + ascii("R") + memo(6) + state + ascii("b")
    }

    private var minusOne: [UInt8] { style == .lines ? ascii("I-1\n") : ascii("J") + little(-1, 4) }

    private func array(_ data: [UInt8], _ shape: [Int], _ typeName: String) -> [UInt8] {
        let shapeTuple = tuple(shape.map(integer))
        if style == .protocol5 {
            return global("numpy._core.numeric", "_frombuffer")
                + tuple([bytes(data), type(typeName), shapeTuple, text("C")]) + ascii("R")
        }
        let module = style == .protocol4 ? "numpy._core.multiarray" : "numpy.core.multiarray"
        let empty =
            global(module, "_reconstruct")
            + tuple([global("numpy", "ndarray"), tuple([integer(0)]), bytes(ascii("b"))]) + ascii("R") + memo(7)
        return empty + tuple([integer(1), shapeTuple, type(typeName), bool(false), bytes(data)]) + ascii("b")
    }
}
