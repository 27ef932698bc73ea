import FuzzKit
import NeuralCore

@testable import Datasets

private let folder: ScratchFolder = {
    let folder = ScratchFolder()
    for name in CifarImage.batchNames { folder.link("batch", as: "\(name).bin") }
    return folder
}()

/// One file as all six batches of CIFAR-10's binary layout; what is read is compared with a plain loop.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCifarBinary(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = FuzzBytes(data, count).bytes
    folder.write(bytes, to: "batch")
    let size = CifarBinarySource.recordSize
    let source = CifarBinarySource(location: folder.path, batchSize: max(1, bytes.count / size))
    do throws(DatasetError) {
        let contents = try source.contents()
        expect(bytes.count % size == 0 && contents.test == bytes.count / size, "\(bytes.count) bytes are accepted")
        for (pool, count) in [(SamplePool.test, contents.test), (.training, contents.training), (.training, 1)] {
            let read = try source.read(pool, count: count, contents: contents)
            for row in 0..<count { check(read, row, against: bytes[(row % contents.test * size)...].prefix(size)) }
        }
    } catch {
        let isBad = bytes.count % size != 0 || stride(from: 0, to: bytes.count, by: size).contains { bytes[$0] > 9 }
        expect(isBad || bytes.isEmpty, "a sound file is refused: \(error.message)")
    }
    return 0
}

private func check(_ read: LabelledSamples, _ row: Int, against record: ArraySlice<UInt8>) {
    expect(read.labels[row] == UInt16(record[record.startIndex]), "label \(row) is \(read.labels[row])")
    read.samples.withRawBytes { image in
        for pixel in stride(from: 0, to: CifarImage.plane, by: 37) {
            for channel in 0..<3 {
                let value = record[record.startIndex + 1 + channel * CifarImage.plane + pixel]
                expect(image[row * CifarImage.size + 3 * pixel + channel] == value, "pixel \(pixel) of image \(row)")
            }
        }
    }
}
