import CZlib

/// Pictures as files in the Portable Network Graphics format (ISO/IEC 15948).
public enum PNG {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// A whole file: 8 bits a channel, grey or RGB, not interlaced.
    ///
    /// The same picture gives the same bytes. One without pixels, which the format does not know, becomes a single
    /// grey pixel.
    /// - Precondition: as many bytes as the picture has.
    public static func encode(_ picture: TileGrid.Picture) -> [UInt8] {
        guard picture.width > 0, picture.height > 0 else {
            return encode(TileGrid.Picture(width: 1, height: 1, channels: 1, pixels: [background]))
        }
        precondition(picture.pixels.count == picture.width * picture.height * picture.channels)
        var header = bigEndian(picture.width) + bigEndian(picture.height)
        // Bit depth, color type (0 grey, 2 RGB), deflate, adaptive filters, not interlaced.
        header += [8, picture.channels == 3 ? 2 : 0, 0, 0, 0]
        return signature + chunk("IHDR", header) + chunk("IDAT", deflated(PNGFilter.rows(of: picture)))
            + chunk("IEND", [])
    }

    /// Length, type, content and the checksum over type and content.
    private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + content
        let checksum = body.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
        return bigEndian(content.count) + body + bigEndian(Int(checksum))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }

    private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        let bound = compressBound(uLong(bytes.count))
        return [UInt8](unsafeUninitializedCapacity: Int(bound)) { buffer, count in
            var length = bound
            let status = compress2(buffer.baseAddress, &length, bytes, uLong(bytes.count), Z_BEST_COMPRESSION)
            // With this bound and level, only a lack of memory is left to go wrong (zlib.h, compress2).
            precondition(status == Z_OK, "zlib has no memory")
            count = Int(length)
        }
    }
}
