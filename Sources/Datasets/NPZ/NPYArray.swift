import NeuralCore

/// One array of an `.npz` file, its header read and its size checked.
struct NPYArray {
    /// Without `.npy`.
    let name: String
    let header: NPYHeader
    /// How errors call it.
    let label: String
    private let stream: ByteStream
    private let member: ZipArchive.Member

    /// The value types that samples and labels may have, and their sizes.
    private static let valueSizes = [
        "|u1": 1, "|i1": 1, "|b1": 1, "<u2": 2, "<i2": 2, "<u4": 4, "<i4": 4, "<u8": 8, "<i8": 8, "<f4": 4, "<f8": 8,
    ]

    init(_ archive: ZipArchive, _ name: String) throws(DatasetError) {
        guard let member = archive.members["\(name).npy"] else {
            let names = archive.members.keys.map { $0.hasSuffix(".npy") ? String($0.dropLast(4)) : $0 }.sorted().prefix(
                20)
            throw DatasetError(
                .missingFile,
                "\(archive.path) has no array \(name), only \(names.joined(separator: ", ")); "
                    + "save it with numpy.savez(…, \(name)=…)"
            )
        }
        (self.name, self.member, label) = (name, member, "\(name) in \(archive.path)")
        stream = try archive.stream(member)
        header = try NPYHeader(stream)
        guard let valueSize = Self.valueSizes[header.type] else {
            throw DatasetError(
                .unsupported,
                "\(label) has values of type \(header.type); save samples as uint8 or float32, labels as integers")
        }
        guard !header.fortranOrder || header.shape.count < 2 else {
            throw DatasetError(.unsupported, "\(label) is in Fortran order; save numpy.ascontiguousarray of it")
        }
        let count = header.shape.first ?? 1
        var dimension = 1
        for size in header.shape.dropFirst() {
            let (product, overflow) = dimension.multipliedReportingOverflow(by: size)
            dimension = overflow ? .max : product
        }
        try checkedByteCount(count, dimension, valueSize, in: label)
        let expected = stream.position + count * dimension * valueSize
        guard member.size == expected else {
            throw DatasetError(
                member.size < expected ? .truncated : .wrongSize,
                "\(label) has \(member.size) bytes instead of the \(expected) that its header announces; save it again")
        }
    }

    /// The first `count` labels, each in 0...65534; all are looked at.
    func labels(_ count: Int) throws(DatasetError) -> [UInt16] {
        var labels: [UInt16] = []
        // What the header announces may not be there.
        labels.reserveCapacity(min(count, 1 << 16))
        try forEachLabel { label in if labels.count < count { labels.append(label) } }
        return labels
    }

    func largestLabel() throws(DatasetError) -> UInt16 {
        var largest: UInt16 = 0
        try forEachLabel { label in largest = max(largest, label) }
        return largest
    }

    private func forEachLabel(_ body: (UInt16) -> Void) throws(DatasetError) {
        guard header.type != "<f4", header.type != "<f8", !header.shape.isEmpty,
            header.shape.dropFirst().allSatisfy({ $0 == 1 })
        else {
            throw DatasetError(
                .unsupported,
                "\(label) is \(shapeText) of \(header.type), not one integer a sample; save .astype('int64').ravel()"
            )
        }
        let width = Self.valueSizes[header.type] ?? 1
        let signed = header.type.dropFirst().first == "i"
        var sample = 0
        try forEachPiece { bytes throws(DatasetError) in
            for start in stride(from: 0, to: bytes.count, by: width) {
                let value = bytes[start..<(start + width)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                let negative = signed && value >> (8 * width - 1) & 1 == 1
                guard !negative, value < 65535 else {
                    let number =
                        negative
                        ? String(Int64(bitPattern: value << (64 - 8 * width)) >> (64 - 8 * width)) : String(value)
                    throw DatasetError(
                        .badLabel,
                        "label \(number) of sample \(sample) in \(label) is not in 0...65534; count from 0"
                    )
                }
                body(UInt16(value))
                sample += 1
            }
        }
    }

    /// The first `count` rows of N×D samples, bytes or floats.
    ///
    /// - Precondition: `count` is at most N, `dimension` is D, and the type is one that `NPZSource` lets through.
    func samples(_ count: Int, dimension: Int) throws(DatasetError) -> SampleMatrix {
        if header.type == "|u1" {
            return try SampleMatrix(bytes: count, dimension: dimension) { matrix throws(DatasetError) in
                var place = 0
                try forEachPiece { bytes throws(DatasetError) in
                    let part = bytes.prefix(matrix.count - place)
                    UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(matrix)[place...])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
                    place += part.count
                }
            }
        }
        let double = header.type == "<f8"
        return try SampleMatrix(floats: count, dimension: dimension) { matrix throws(DatasetError) in
            var place = 0
            try forEachPiece { bytes throws(DatasetError) in
                let values = min(bytes.count / (double ? 8 : 4), matrix.count - place)
                for index in 0..<values {
                    let value =
                        double
                        ? Float(
                            Double(
                                bitPattern: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self).littleEndian
                            ))
                        : Float(
                            bitPattern: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self).littleEndian)
                    guard value.isFinite else {
                        throw DatasetError(
                            .badValue,
                            "\(label) has the value \(value) in row \(place / dimension), column \(place % dimension); "
                                + "replace it by a finite float32"
                        )
                    }
                    matrix[place] = value
                    place += 1
                }
            }
        }
    }

    var shapeText: String {
        header.shape.isEmpty ? "a single value" : header.shape.map(String.init).joined(separator: "×")
    }

    /// Hands over all values in pieces of whole values, then verifies the archive's checksum.
    private func forEachPiece(_ body: (UnsafeRawBufferPointer) throws(DatasetError) -> Void) throws(DatasetError) {
        let width = Self.valueSizes[header.type] ?? 1
        var remaining = member.size - stream.position
        try stream.forEachPiece { piece throws(DatasetError) in
            guard piece.count <= remaining else {
                throw DatasetError(
                    .wrongSize, "\(label) inflates to more than the \(member.size) bytes announced; save it again")
            }
            remaining -= piece.count
            try body(UnsafeRawBufferPointer(rebasing: piece.prefix(piece.count / width * width)))
        }
        guard remaining == 0 else {
            throw DatasetError(.truncated, "\(label) lacks its last \(remaining) bytes; save or copy it again")
        }
        guard stream.checksum == member.checksum else {
            throw DatasetError(
                .checksum, "\(label) is damaged: its checksum is not the archive's; save or copy it again")
        }
    }
}
