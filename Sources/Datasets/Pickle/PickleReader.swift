/// Reads a pickle without executing anything: a stack machine for the opcodes of protocols 0 to 5 that lists,
/// dictionaries, tuples, strings, integers and numpy arrays of uint8 are written with.
///
/// Source: the comments of CPython's `pickletools.py`. Every other opcode and every other global is refused.
final class PickleReader {
    /// Values on the stack, in the memo, in collections, and collections made: far more than a batch of 10000 images needs.
    static let largestStack = 1 << 20
    static let mostElements = 1 << 20
    static let largestMemo = 1 << 20
    static let mostCollections = 1 << 16
    /// Marks that may be open at once: how deep collections nest.
    static let deepestNesting = 64

    let bytes: [UInt8]
    let name: String
    var position = 0
    var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    /// Every collection, so that `deinit` can take cycles and deep nests apart.
    private var collections: [PickleItems] = []
    /// Values that were put into collections.
    private var elements = 0
    /// Bytes that were copied: a few bytes of file can ask for the same text again and again.
    var copied = 0

    /// - Parameter name: what an error calls the file.
    init(_ bytes: [UInt8], name: String) {
        (self.bytes, self.name) = (bytes, name)
    }

    deinit {
        // A list may hold itself, and a nest of a thousand lists would be freed by a thousand nested calls.
        for items in collections { items.values = [] }
    }

    /// The value that the pickle describes; it is emptied when the reader goes.
    func read() throws(DatasetError) -> PickleValue {
        while true {
            let opcode = try byte()
            if opcode == UInt8(ascii: ".") { return try pop() }
            try execute(opcode)
            guard stack.count <= Self.largestStack, memo.count <= Self.largestMemo else {
                throw damaged("it holds too many values")
            }
        }
    }

    func damaged(_ what: String) -> DatasetError {
        DatasetError(
            .badFormat, "\(name) is not a pickle of CIFAR-10 (\(what) near byte \(position)); fetch cifar10 again")
    }

    // MARK: Opcodes

    private func execute(_ opcode: UInt8) throws(DatasetError) {
        switch opcode {
        case 0x80: _ = try byte()  // PROTO
        case 0x95: _ = try take(8)  // FRAME
        case UInt8(ascii: "("):
            guard marks.count < Self.deepestNesting else { throw damaged("collections nest too deeply") }
            marks.append(stack.count)
        case UInt8(ascii: "0"): _ = try pop()
        case UInt8(ascii: "1"): _ = try popToMark()
        case UInt8(ascii: "2"):
            let value = try pop()
            stack += [value, value]
        case UInt8(ascii: "N"): stack.append(.none)
        case 0x88: stack.append(.bool(true))
        case 0x89: stack.append(.bool(false))
        case UInt8(ascii: "F"):
            _ = try line()
            stack.append(.real)
        case UInt8(ascii: "G"):
            _ = try take(8)
            stack.append(.real)
        case UInt8(ascii: "I"), UInt8(ascii: "L"), UInt8(ascii: "J"), UInt8(ascii: "K"), UInt8(ascii: "M"), 0x8a, 0x8b:
            stack.append(try integer(opcode))
        case UInt8(ascii: "S"), UInt8(ascii: "V"), UInt8(ascii: "T"), UInt8(ascii: "U"), UInt8(ascii: "B"),
            UInt8(ascii: "C"), UInt8(ascii: "X"), 0x8c, 0x8d, 0x8e, 0x96:
            stack.append(.bytes(try string(opcode)))
        case UInt8(ascii: "]"), UInt8(ascii: "l"), UInt8(ascii: "}"), UInt8(ascii: "d"), UInt8(ascii: ")"),
            UInt8(ascii: "t"), 0x85, 0x86, 0x87:
            stack.append(try collection(opcode))
        case UInt8(ascii: "a"): try extend(with: [try pop()], dictionary: false)
        case UInt8(ascii: "e"): try extend(with: try popToMark(), dictionary: false)
        case UInt8(ascii: "s"):
            let value = try pop()
            try extend(with: [try pop(), value], dictionary: true)
        case UInt8(ascii: "u"): try extend(with: try popToMark(), dictionary: true)
        case UInt8(ascii: "p"): memo[try lineNumber()] = try top()
        case UInt8(ascii: "q"): memo[Int(try byte())] = try top()
        case UInt8(ascii: "r"): memo[try take(4).littleEndianInteger] = try top()
        case 0x94: memo[memo.count] = try top()  // MEMOIZE
        case UInt8(ascii: "g"): try recall(try lineNumber())
        case UInt8(ascii: "h"): try recall(Int(try byte()))
        case UInt8(ascii: "j"): try recall(try take(4).littleEndianInteger)
        case UInt8(ascii: "c"): try pushGlobal(module: text(try line()), name: text(try line()))
        case 0x93:
            guard case .bytes(let name) = try pop(), case .bytes(let module) = try pop() else {
                throw damaged("a global without a name")
            }
            try pushGlobal(module: text(contents(of: module)), name: text(contents(of: name)))
        case UInt8(ascii: "R"): try reduce()
        case UInt8(ascii: "b"): try build()
        default:
            position -= 1
            throw damaged("opcode \(opcode) is not allowed")
        }
    }

    private func collection(_ opcode: UInt8) throws(DatasetError) -> PickleValue {
        switch opcode {
        case UInt8(ascii: "]"): return .list(try items([]))
        case UInt8(ascii: "l"): return .list(try items(try popToMark()))
        case UInt8(ascii: "}"): return .dictionary(try items([]))
        case UInt8(ascii: "d"):
            let values = try popToMark()
            guard values.count.isMultiple(of: 2) else { throw damaged("a key without a value") }
            return .dictionary(try items(values))
        case UInt8(ascii: ")"): return .tuple(try items([]))
        case UInt8(ascii: "t"): return .tuple(try items(try popToMark()))
        default:
            var values: [PickleValue] = []
            for _ in 0..<(Int(opcode) - 0x84) { values.append(try pop()) }
            return .tuple(try items(values.reversed()))
        }
    }

    private func items(_ values: [PickleValue]) throws(DatasetError) -> PickleItems {
        guard collections.count < Self.mostCollections else { throw damaged("it holds too many collections") }
        try count(values)
        let items = PickleItems(values)
        collections.append(items)
        return items
    }

    private func count(_ values: [PickleValue]) throws(DatasetError) {
        elements += values.count
        guard elements <= Self.mostElements else { throw damaged("it holds too many values") }
    }

    private func extend(with values: [PickleValue], dictionary: Bool) throws(DatasetError) {
        try count(values)
        switch try top() {
        case .list(let items) where !dictionary: items.values += values
        case .dictionary(let items) where dictionary && values.count.isMultiple(of: 2): items.values += values
        default: throw damaged("elements without a collection")
        }
    }

    // MARK: Stack, memo and input

    func pop() throws(DatasetError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw damaged("nothing to take") }
        return value
    }

    private func top() throws(DatasetError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.last else { throw damaged("nothing to take") }
        return value
    }

    private func popToMark() throws(DatasetError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw damaged("no mark to go back to") }
        defer { stack.removeLast(stack.count - mark) }
        return Array(stack[mark...])
    }

    private func recall(_ key: Int) throws(DatasetError) {
        guard let value = memo[key] else { throw damaged("it mentions what it never made") }
        stack.append(value)
    }

    private func pushGlobal(module: String, name: String) throws(DatasetError) {
        guard let global = PickleGlobal(module: module, name: name) else {
            throw damaged("it names \(module).\(name), which is not allowed")
        }
        stack.append(.global(global))
    }

    func byte() throws(DatasetError) -> UInt8 {
        guard position < bytes.count else { throw truncated() }
        defer { position += 1 }
        return bytes[position]
    }

    func take(_ count: Int) throws(DatasetError) -> ArraySlice<UInt8> { bytes[try range(count)] }

    /// The next `count` bytes' places.
    func range(_ count: Int) throws(DatasetError) -> Range<Int> {
        guard count >= 0, count <= bytes.count - position else { throw truncated() }
        defer { position += count }
        return position..<(position + count)
    }

    /// The bytes up to the next newline, which is read too.
    func line() throws(DatasetError) -> ArraySlice<UInt8> {
        guard let end = bytes[position...].firstIndex(of: 10) else { throw truncated() }
        defer { position = end + 1 }
        return bytes[position..<end]
    }

    private func lineNumber() throws(DatasetError) -> Int {
        guard let number = Int(text(try line())), number >= 0 else { throw damaged("a bad number") }
        return number
    }

    func contents(of value: PickleBytes) -> ArraySlice<UInt8> {
        switch value {
        case .inFile(let range): bytes[range]
        case .owned(let owned): owned[...]
        }
    }

    /// The first hundred bytes as text.
    func text(_ slice: ArraySlice<UInt8>) -> String { String(decoding: slice.prefix(100), as: UTF8.self) }

    private func truncated() -> DatasetError {
        DatasetError(
            .truncated, "\(name) ends after \(bytes.count) bytes, in the middle of its pickle; fetch cifar10 again")
    }
}
