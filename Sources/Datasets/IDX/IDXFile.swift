/// An IDX file whose header has been read and agrees with the file's size; `stream` stands at the first value.
struct IDXFile {
    let sizes: [Int]
    let stream: ByteStream

    /// - Parameter sizes: how many sizes the header must have: 3 for images, 1 for labels.
    init(_ path: String, sizes rank: Int) throws(DatasetError) {
        let file = try InputFile(path)
        let fileSize = file.size
        let gzipped = try file.isGzipped()
        // The last four bytes of a gzip file: the size of its contents modulo 2^32 (RFC 1952).
        let inflatedSize = gzipped ? try file.bytes(4, at: file.size - 4).littleEndianInteger : file.size
        stream = try ByteStream(file, compression: gzipped ? .gzip : .none)

        let header = try stream.bytes(4 + 4 * rank)
        guard header[0] == 0, header[1] == 0, header[2] == 8, header[3] == UInt8(rank) else {
            throw DatasetError(
                .badFormat, "\(path) does not begin like an IDX file of bytes with \(rank) sizes; fetch it again")
        }
        sizes = (0..<rank).map { index in
            header[(4 + 4 * index)..<(8 + 4 * index)].reduce(0) { $0 << 8 | Int($1) }
        }
        var total = 1
        for size in sizes {
            let (product, overflow) = total.multipliedReportingOverflow(by: size)
            total = overflow ? .max : product
        }
        guard total <= largestSplitBytes else {
            throw DatasetError(.wrongSize, "the header of \(path) announces more than 16 GiB; fetch it again")
        }
        let expected = header.count + total
        guard expected & 0xffff_ffff == inflatedSize & 0xffff_ffff, gzipped || expected == inflatedSize else {
            throw DatasetError(
                inflatedSize < expected ? .truncated : .wrongSize,
                "\(path) has \(inflatedSize) bytes instead of the \(expected) that its header announces; fetch it again"
            )
        }
        // Deflate cannot shrink data by more than this (zlib's technical details), so a lying header is not believed.
        guard !gzipped || expected <= fileSize * 1032 + 1032 else {
            throw DatasetError(
                .truncated, "\(path) is too short for the \(expected) bytes that its header announces; fetch it again")
        }
    }
}

extension Collection<UInt8> {
    /// The bytes as an unsigned little-endian integer.
    ///
    /// - Precondition: at most seven bytes count; an eighth must leave the sign bit alone.
    var littleEndianInteger: Int { reversed().reduce(0) { $0 << 8 | Int($1) } }
}
