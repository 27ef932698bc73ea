/// A small data set in MNIST's layout.
struct IDXFixture {
    var train: [[UInt8]]
    var trainLabels: [UInt8]
    var test: [[UInt8]]
    var testLabels: [UInt8]
    let height = 3
    let width = 2

    init(train: Int = 20, test: Int = 5) {
        var noise = Noise(7)
        self.train = (0..<train).map { _ in noise.bytes(6) }
        trainLabels = (0..<train).map { UInt8($0 % 10) }
        self.test = (0..<test).map { _ in noise.bytes(6) }
        testLabels = (0..<test).map { UInt8($0 % 10) }
    }

    func images(_ images: [[UInt8]]) -> [UInt8] {
        [0, 0, 8, 3] + big(images.count) + big(height) + big(width) + images.flatMap(\.self)
    }

    func labels(_ labels: [UInt8]) -> [UInt8] { [0, 0, 8, 1] + big(labels.count) + labels }

    func write(to folder: String, gzip: Bool = false) throws {
        let files = [
            ("train-images-idx3-ubyte", images(train)), ("train-labels-idx1-ubyte", labels(trainLabels)),
            ("t10k-images-idx3-ubyte", images(test)), ("t10k-labels-idx1-ubyte", labels(testLabels)),
        ]
        for (name, bytes) in files {
            try DatasetsTests.write(gzip ? gzipped(bytes) : bytes, to: "\(folder)/\(name)\(gzip ? ".gz" : "")")
        }
    }
}
