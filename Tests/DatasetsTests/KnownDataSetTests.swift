import NeuralCore
import Testing

@testable import Datasets

@Suite struct KnownDataSetTests {
    @Test(
        arguments: [
            ("cifar10", nil, nil, 1000), ("cifar10", 49_500, nil, 500), ("cifar10", nil, 77, 77),
            ("cifar10", 50_001, nil, nil), ("mnist", nil, nil, 5000), ("fashion-mnist", 100, nil, 5000),
            ("synthetic", nil, nil, 500), ("npz", nil, nil, nil), ("npz", nil, 9, 9), ("letters", nil, nil, nil),
        ] as [(String, Int?, Int?, Int?)])
    func validationIsWhatThePublishedSizesGive(name: String, train: Int?, validation: Int?, expected: Int?) {
        #expect(DatasetReference(name: name, train: train, validation: validation).publishedValidation == expected)
    }

    @Test func classesHaveTheNamesThatTheReadersGive() throws {
        #expect(DatasetReference(name: "cifar10").classNames?[9] == "truck")
        #expect(DatasetReference(name: "fashion-mnist").classNames?[0] == "T-shirt/top")
        #expect(DatasetReference(name: "mnist").classNames == (0..<10).map(String.init))
        #expect(DatasetReference(name: "npz").classNames == nil)
        let synthetic = DatasetReference(name: "synthetic", synthetic: SyntheticOptions(classes: 3))
        #expect(synthetic.classNames == ["0", "1", "2"])
        let loaded = try DatasetLocator(dataFolder: "/nowhere").load(synthetic)
        #expect(loaded.classNames == synthetic.classNames)
    }

    @Test(arguments: [3072, 784, 64, 192, 3, 0])
    func shapesOfWellKnownImagesAreKnown(dimension: Int) {
        let shape = ImageShape(dimension: dimension)
        let isKnown = [3072, 784, 64].contains(dimension)
        #expect((shape != nil) == isKnown)
        if let shape {
            #expect(shape.size == dimension)
            #expect(shape.channels == (dimension == 3072 ? 3 : 1))
        }
    }
}
