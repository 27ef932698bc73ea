import FuzzKit
import NeuralCore

@testable import Datasets

private let folder = ScratchFolder()

/// Any bytes as an archive of arrays: the source, and each array by itself.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNPZ(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    folder.write(FuzzBytes(data, count).rest, to: "arrays.npz")
    let path = folder.path + "/arrays.npz"
    attempt { () throws(DatasetError) in
        let archive = try ZipArchive(path)
        for name in archive.members.keys.sorted() where name.hasSuffix(".npy") {
            attempt { () throws(DatasetError) in
                let array = try NPYArray(archive, String(name.dropLast(4)))
                expect(array.header.shape.allSatisfy { $0 >= 0 }, "shape \(array.header.shape)")
                let labels = try array.labels(.max)
                expect(labels.count == array.header.shape.first, "\(labels.count) labels of \(array.header.shape)")
                expect(try array.largestLabel() == labels.max() ?? 0, "not the largest of \(labels)")
            }
        }
    }
    attempt { () throws(DatasetError) in
        let source = NPZSource(location: path)
        let contents = try source.contents()
        let pools = [(SamplePool.training, contents.training), (.validation, contents.validation ?? 0)]
        for (pool, count) in pools + [(.test, contents.test), (.training, 1)] where count > 0 {
            let read = try source.read(pool, count: count, contents: contents)
            expect(read.count == count && read.samples.dimension == contents.dimension, "\(read.count) samples")
            guard read.samples.element == .float else { continue }
            read.samples.withRawBytes { bytes in
                expect(bytes.bindMemory(to: Float.self).allSatisfy(\.isFinite), "a value is not finite")
            }
        }
    }
    return 0
}

private func attempt(_ body: () throws(DatasetError) -> Void) {
    do throws(DatasetError) { try body() } catch { expect(!error.message.isEmpty, "a refusal says nothing") }
}
