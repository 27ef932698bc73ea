import FuzzKit
import NeuralCore

@testable import Datasets

private let folder = ScratchFolder()

/// Four files of MNIST's layout, gzipped or not: each of the first three has its size in two bytes before it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzIDX(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzBytes(data, count)
    for name in ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte"] {
        folder.write(input.part(), to: name)
    }
    folder.write(input.rest, to: "t10k-labels-idx1-ubyte")
    let source = IDXSource(location: folder.path, classNames: numberedClasses(10))
    do throws(DatasetError) {
        let contents = try source.contents()
        let counts = [(SamplePool.test, contents.test), (.training, contents.training), (.training, 1)]
        for (pool, count) in counts {
            let read = try source.read(pool, count: count, contents: contents)
            expect(read.count == count && read.labels.allSatisfy { $0 < 10 }, "labels \(read.labels.prefix(20))")
            expect(read.samples.dimension == contents.dimension, "dimension \(read.samples.dimension)")
        }
    } catch {
        expect(!error.message.isEmpty, "a refusal says nothing")
    }
    return 0
}
