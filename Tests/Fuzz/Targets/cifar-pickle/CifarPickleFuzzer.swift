import FuzzKit
import NeuralCore

@testable import Datasets

private let folder: ScratchFolder = {
    let folder = ScratchFolder()
    for name in CifarImage.batchNames { folder.link("batch", as: name) }
    return folder
}()

/// Any bytes as a pickle, and as a batch of one image.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCifarPickle(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = FuzzBytes(data, count).bytes
    let reader = PickleReader(bytes, name: "pickle")
    do throws(DatasetError) {
        guard case .dictionary(let items) = try reader.read() else { return 0 }
        for value in items.values {
            guard case .array(let array) = value else { continue }
            let product = array.shape.reduce(1, *)
            let isEmpty = array.shape.isEmpty && array.bytes.count == 0
            expect(isEmpty || product == array.bytes.count, "\(array.shape) in \(array.bytes.count) bytes")
        }
        folder.write(bytes, to: "batch")
        let source = CifarPickleSource(location: folder.path, batchSize: 1)
        let contents = try source.contents()
        let training = try source.read(.training, count: 5, contents: contents)
        let test = try source.read(.test, count: 1, contents: contents)
        expect(training.labels == [UInt16](repeating: test.labels[0], count: 5), "labels \(training.labels)")
    } catch {
        expect(!error.message.isEmpty, "a refusal says nothing")
    }
    return 0
}
