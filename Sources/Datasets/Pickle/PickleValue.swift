/// What a pickle can be made of, as far as CIFAR-10's files need it.
enum PickleValue {
    case none
    case bool(Bool)
    case int(Int)
    /// A float: read past, never used.
    case real
    /// Bytes, Python 2's strings, and text as UTF-8: they are told apart by nobody here.
    case bytes(PickleBytes)
    case list(PickleItems)
    case tuple(PickleItems)
    /// Keys and values in turn.
    case dictionary(PickleItems)
    case global(PickleGlobal)
    case array(PickleArray)
    case type(PickleType)
}

/// A run of bytes, in the file itself where possible: an image batch is 30 MB.
enum PickleBytes {
    case inFile(Range<Int>)
    case owned([UInt8])

    var count: Int {
        switch self {
        case .inFile(let range): range.count
        case .owned(let bytes): bytes.count
        }
    }
}

/// The elements of a list, tuple or dictionary; shared, because a pickle can mention one twice while it grows.
final class PickleItems {
    var values: [PickleValue]
    init(_ values: [PickleValue]) { self.values = values }
}

/// The functions and classes that may be named. None of them is called: the reader knows what each would make.
enum PickleGlobal: String {
    /// `numpy.core.multiarray._reconstruct`: an empty array, to be filled by BUILD.
    case reconstruct
    /// `numpy.core.numeric._frombuffer`: an array in protocol 5.
    case fromBuffer
    /// `numpy.ndarray`, an argument of `_reconstruct`.
    case ndarray
    /// `numpy.dtype`.
    case dtype
    /// `_codecs.encode`: how Python 3 writes bytes in protocols 0 to 2.
    case encode

    init?(module: String, name: String) {
        switch (module, name) {
        case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"): self = .reconstruct
        case ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"): self = .fromBuffer
        case ("numpy", "ndarray"): self = .ndarray
        case ("numpy", "dtype"): self = .dtype
        case ("_codecs", "encode"): self = .encode
        default: return nil
        }
    }
}

/// An array of uint8 in C order.
final class PickleArray {
    var shape: [Int] = []
    var bytes = PickleBytes.owned([])
}

/// A `numpy.dtype`, by its name: `u1`.
final class PickleType {
    let name: String
    init(_ name: String) { self.name = name }
}
