import Testing

@testable import Plots

@Suite struct PNGTests {
    typealias Picture = TileGrid.Picture

    /// Noise from a linear congruential generator.
    private func picture(_ width: Int, _ height: Int, _ channels: Int) -> Picture {
        var state: UInt32 = 12345
        let pixels = (0..<width * height * channels).map { _ -> UInt8 in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
        return Picture(width: width, height: height, channels: channels, pixels: pixels)
    }

    @Test(arguments: [(1, 1), (3, 2), (1, 17), (32, 32), (28, 28), (317, 5)], [1, 3])
    func aDecoderReadsTheSamePixels(_ size: (Int, Int), _ channels: Int) throws {
        let picture = picture(size.0, size.1, channels)
        let decoded = try PNGDecoder(PNG.encode(picture))
        #expect(decoded.chunks == ["IHDR", "IDAT", "IEND"])
        #expect((decoded.width, decoded.height, decoded.channels) == (size.0, size.1, channels))
        #expect(decoded.pixels == picture.pixels)
    }

    @Test func theSmallestFileIsTheOneThatAnotherEncoderWrites() {
        // Written by Python's zlib and struct after the specification.
        let file: [UInt8] = [
            0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
            0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3A, 0x7E, 0x9B, 0x55, 0x00, 0x00, 0x00,
            0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0xDA, 0x63, 0x60, 0x00, 0x00, 0x00, 0x02, 0x00, 0x01, 0xE5, 0x27, 0xDE,
            0xFC, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
        ]
        #expect(PNG.encode(Picture(width: 1, height: 1, channels: 1, pixels: [0])) == file)
    }

    @Test func theDecoderOfTheseTestsReadsAForeignFile() throws {
        // Three by two, the second row with the filter "up"; written by Python.
        let file: [UInt8] = [
            0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
            0x00, 0x03, 0x00, 0x00, 0x00, 0x02, 0x08, 0x02, 0x00, 0x00, 0x00, 0x12, 0x16, 0xF1, 0x4D, 0x00, 0x00, 0x00,
            0x18, 0x49, 0x44, 0x41, 0x54, 0x78, 0xDA, 0x63, 0xF8, 0xCF, 0xC0, 0xC0, 0x00, 0xC6, 0x4C, 0x8C, 0x8C, 0x8C,
            0x4C, 0x4C, 0x4C, 0xCC, 0xCC, 0xCC, 0x00, 0x2D, 0x43, 0x03, 0x12, 0xAB, 0xEF, 0x8B, 0x00, 0x00, 0x00, 0x00,
            0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
        ]
        let decoded = try PNGDecoder(file)
        #expect(decoded.pixels == [255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 1, 1, 2, 1, 2, 3, 3, 2])
        var damaged = file
        damaged[45] ^= 1
        #expect(throws: PNGDecoder.Wrong.self) { try PNGDecoder(damaged) }
    }

    @Test func smoothPicturesAreFilteredAndSmall() throws {
        let ramp = Picture(
            width: 256, height: 64, channels: 3,
            pixels: (0..<64).flatMap { y in (0..<256).flatMap { x in [UInt8(x), UInt8(y * 4), UInt8(255 - x)] } })
        let file = PNG.encode(ramp)
        #expect(try PNGDecoder(file).pixels == ramp.pixels)
        #expect(file.count < ramp.pixels.count / 100)
    }

    @Test func eachFilterIsUndoneByItsPrediction() throws {
        // Rows on which another filter is best: flat, a slope, a repetition, and one halfway between both.
        let rows: [[UInt8]] = [
            Array(repeating: 0, count: 40), (0..<40).map { UInt8(3 * $0) }, (0..<40).map { UInt8(3 * $0) },
            (0..<40).map { UInt8($0 * 37 % 251) }, (0..<40).map { UInt8($0 * 37 % 251 / 2 + $0) },
        ]
        let picture = Picture(width: 40, height: 5, channels: 1, pixels: rows.flatMap { $0 })
        let decoded = try PNGDecoder(PNG.encode(picture))
        #expect(decoded.pixels == picture.pixels)
        #expect(decoded.filters[0] == 0 && decoded.filters[1] == 1 && decoded.filters[2] == 2)
    }

    @Test(arguments: zip(PNGFilter.allCases, [0, 10, 20, 15, 20] as [UInt8]))
    func predictionsAreThoseOfTheStandard(_ filter: PNGFilter, _ expected: UInt8) {
        #expect(filter.predict(left: 10, above: 20, corner: 5) == expected)
    }

    @Test func aPictureWithoutPixelsIsAGreyPixel() throws {
        for (width, height) in [(0, 0), (0, 5), (5, 0)] {
            let decoded = try PNGDecoder(PNG.encode(Picture(width: width, height: height, channels: 3, pixels: [])))
            #expect((decoded.width, decoded.height) == (1, 1))
        }
    }

    // MARK: Sheets

    private func tile(_ value: UInt8, width: Int = 2, height: Int = 1, channels: Int = 1) -> Picture {
        Picture(
            width: width, height: height, channels: channels,
            pixels: Array(repeating: value, count: width * height * channels))
    }

    @Test func sheetsPlaceTilesRowByRowWithGapsAround() {
        let b = PNG.background
        let sheet = PNG.sheet(TileGrid(tiles: [tile(1), tile(2), tile(3)]), scale: 1, gap: 1)
        #expect((sheet.width, sheet.height, sheet.channels) == (7, 5, 1))
        #expect(
            sheet.pixels == [
                b, b, b, b, b, b, b,
                b, 1, 1, b, 2, 2, b,
                b, b, b, b, b, b, b,
                b, 3, 3, b, b, b, b,
                b, b, b, b, b, b, b,
            ])
    }

    @Test func scalingRepeatsPixels() {
        let picture = Picture(width: 2, height: 2, channels: 1, pixels: [1, 2, 3, 4])
        let sheet = PNG.sheet(TileGrid(tiles: [picture]), scale: 2, gap: 0)
        #expect(sheet.pixels == [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4])
    }

    @Test func oneColoredTileColorsTheSheet() {
        let red = Picture(width: 1, height: 1, channels: 3, pixels: [255, 0, 7])
        let sheet = PNG.sheet(TileGrid(tiles: [tile(9, width: 1), red], columns: 2), scale: 1, gap: 0)
        #expect(sheet.channels == 3)
        #expect(sheet.pixels == [9, 9, 9, 255, 0, 7])
    }

    @Test(arguments: [(nil, 10, 4), (3, 10, 3), (99, 10, 10), (0, 10, 1), (-4, 10, 1), (nil, 0, 1), (nil, 1, 1)])
    func columnsAreAsAskedOrAboutSquare(_ columns: Int?, _ tiles: Int, _ expected: Int) {
        #expect(TileGrid(tiles: Array(repeating: tile(0), count: tiles), columns: columns).columnCount == expected)
    }

    @Test func absurdScalesStayWithinReason() {
        let grid = TileGrid(tiles: Array(repeating: tile(5, width: 32, height: 32), count: 400))
        let sheet = PNG.sheet(grid, scale: .max, gap: 1)
        #expect(sheet.width * sheet.height <= 1 << 26)
        #expect(PNG.sheet(TileGrid(tiles: [tile(5)]), scale: .min, gap: .min).pixels == [5, 5])
        #expect(PNG.sheet(TileGrid(tiles: []), scale: 1, gap: 0).pixels.isEmpty)
    }
}
