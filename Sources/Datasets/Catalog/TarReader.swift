/// Unpacks regular files of a tar archive into a folder.
///
/// Source: POSIX.1-1988's ustar interchange format. Links, devices, absolute paths and `..` are refused; extended
/// headers are read past. A name may have at most the two parts folder/file.
struct TarReader {
    static let block = 512

    private let stream: ByteStream
    /// The folder that every file of the archive must be in.
    private let folder: String
    private let largestTotal: Int

    /// - Parameter largestTotal: bytes that all files together may take, a limit against archives made to fill a disk.
    init(_ stream: ByteStream, folder: String, largestTotal: Int = 1 << 30) {
        (self.stream, self.folder, self.largestTotal) = (stream, folder, largestTotal)
    }

    /// Writes each file into `target`, without the archive's folder in its path; the files are on disk afterwards.
    func unpack(into target: String) throws(DatasetError) {
        var total = 0
        while true {
            let header = try stream.bytes(Self.block)
            if header.allSatisfy({ $0 == 0 }) { break }
            let (name, size, kind) = try parse(header)
            let padding = (Self.block - size % Self.block) % Self.block
            switch kind {
            case 0, UInt8(ascii: "0"):
                let file = try fileName(name)
                total += size
                guard total <= largestTotal else { throw damaged("it unpacks to more than \(largestTotal) bytes") }
                try copy(size, to: "\(target)/\(file)")
                _ = try stream.bytes(padding)
            case UInt8(ascii: "5"):
                _ = try components(name)
            case UInt8(ascii: "g"), UInt8(ascii: "x"):
                guard size <= 1 << 20 else { throw damaged("an extended header of \(size) bytes") }
                _ = try stream.bytes(size + padding)
            default:
                throw damaged("\(name) is a link or a device")
            }
        }
        // On to the end, which verifies gzip's checksum.
        try stream.forEachPiece { _ throws(DatasetError) in }
    }

    private func damaged(_ what: String) -> DatasetError {
        DatasetError(.badFormat, "\(stream.name) is not unpacked: \(what); fetch it from the official address")
    }

    private func parse(_ header: [UInt8]) throws(DatasetError) -> (name: String, size: Int, kind: UInt8) {
        // The sum of all bytes, with the sum's own field counted as spaces.
        let sum = header.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        guard octal(header[148..<156]) == sum, let size = octal(header[124..<136]) else {
            throw damaged("a header is damaged")
        }
        var name = text(header[0..<100])
        if header[257..<262].elementsEqual("ustar".utf8), header[345] != 0 {
            name = text(header[345..<500]) + "/" + name
        }
        return (name, size, header[156])
    }

    private func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// An octal number with spaces or zeros around it; nil for anything else.
    private func octal(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.drop { $0 == 32 }.prefix { $0 != 0 && $0 != 32 }
        guard digits.allSatisfy({ (48...55).contains($0) }) else { return nil }
        return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    private func components(_ name: String) throws(DatasetError) -> [Substring] {
        let parts = name.split(separator: "/", omittingEmptySubsequences: true).filter { $0 != "." }
        guard name.utf8.allSatisfy({ (32..<127).contains($0) }), !name.hasPrefix("/"), !parts.contains(".."),
            parts.isEmpty || parts[0] == folder
        else { throw damaged("the path \(name) leads out of \(folder)") }
        return parts
    }

    private func fileName(_ name: String) throws(DatasetError) -> Substring {
        let parts = try components(name)
        guard parts.count == 2 else { throw damaged("the path \(name) is not \(folder)/file") }
        return parts[1]
    }

    private func copy(_ size: Int, to path: String) throws(DatasetError) {
        let output = try OutputFile(path)
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { piece.deallocate() }
        var remaining = size
        while remaining > 0 {
            let part = UnsafeMutableRawBufferPointer(rebasing: piece.prefix(remaining))
            try stream.readExactly(into: part)
            try output.write(UnsafeRawBufferPointer(part))
            remaining -= part.count
        }
        try output.synchronize()
    }
}
