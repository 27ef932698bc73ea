/// The data sets that can be fetched, and where from.
public enum DatasetCatalog {
    public static let entries: [CatalogEntry] = [
        CatalogEntry(
            name: "cifar10", folder: "cifar-10-batches-bin", baseURL: "https://www.cs.toronto.edu/~kriz/",
            isArchive: true,
            files: [
                CatalogFile(
                    name: "cifar-10-binary.tar.gz", bytes: 170_052_171, md5: "c32a1d4ab5d03f1284b67883e8d87530")
            ]),
        CatalogEntry(
            name: "fashion-mnist", folder: "fashion-mnist",
            baseURL: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", isArchive: false,
            files: [
                CatalogFile(
                    name: "train-images-idx3-ubyte.gz", bytes: 26_421_880, md5: "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
                CatalogFile(
                    name: "train-labels-idx1-ubyte.gz", bytes: 29515, md5: "25c81989df183df01b3e8a0aad5dffbe"),
                CatalogFile(
                    name: "t10k-images-idx3-ubyte.gz", bytes: 4_422_102, md5: "bef4ecab320f06d8554ea6380940ec79"),
                CatalogFile(
                    name: "t10k-labels-idx1-ubyte.gz", bytes: 5148, md5: "bb300cfdad3c16e7a12a480ee83cd310"),
            ]),
        CatalogEntry(
            name: "mnist", folder: "mnist", baseURL: "https://ossci-datasets.s3.amazonaws.com/mnist/",
            isArchive: false,
            files: [
                CatalogFile(
                    name: "train-images-idx3-ubyte.gz", bytes: 9_912_422, md5: "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
                CatalogFile(
                    name: "train-labels-idx1-ubyte.gz", bytes: 28881, md5: "d53e105ee54ea40749a09fcbcd1e9432"),
                CatalogFile(
                    name: "t10k-images-idx3-ubyte.gz", bytes: 1_648_877, md5: "9fb629c4189551a2d022fa330f9573f3"),
                CatalogFile(
                    name: "t10k-labels-idx1-ubyte.gz", bytes: 4542, md5: "ec29112dd5afa0611ce80d1b7f02629c"),
            ]),
    ]

    /// The entry of that name, or `unknownName`.
    public static func entry(_ name: String) throws(DatasetError) -> CatalogEntry {
        guard let entry = entries.first(where: { $0.name == name }) else {
            let names = entries.map(\.name).joined(separator: ", ")
            throw DatasetError(.unknownName, "data set \(name) cannot be fetched; these can: \(names)")
        }
        return entry
    }

    /// MD5 of published files by data set and file name, decompressed, as torchvision and the authors list them.
    static let contentSums: [String: [String: String]] = [
        "cifar10": [
            "data_batch_1": "c99cafc152244af753f735de768cd75f", "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
            "data_batch_3": "54ebc095f3ab1f0389bbae665268c751", "data_batch_4": "634d18415352ddfa80567beed471001a",
            "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb", "test_batch": "40351d587109b95175f43aff81a1287e",
        ],
        "fashion-mnist": [
            "train-images": "f4a8712d7a061bf5bd6d2ca38dc4d50a", "train-labels": "9018921c3c673c538a1fc5bad174d6f9",
            "t10k-images": "8181f5470baa50b63fa0f6fddb340f0a", "t10k-labels": "15d484375f8d13e6eb1aabb0c3f46965",
        ],
        "mnist": [
            "train-images": "6bbc9ace898e44ae57da46a324031adb", "train-labels": "a25bea736e30d166cdddb491f175f624",
            "t10k-images": "2646ac647ad5339dbf082846283269ea", "t10k-labels": "27ae3e4e09519cfbb04c329615203637",
        ],
    ]
}

/// A data set that can be fetched.
public struct CatalogEntry: Sendable, Equatable {
    /// The name in a sweep file.
    public let name: String
    /// The folder of the data folder that it ends up in.
    public let folder: String
    /// The official address, with a slash at its end.
    public let baseURL: String
    /// Whether the one file is a `.tar.gz` that holds `folder`.
    public let isArchive: Bool
    public let files: [CatalogFile]

    /// Bytes to download.
    public var bytes: Int { files.reduce(0) { $0 + $1.bytes } }
}

/// A file to download.
public struct CatalogFile: Sendable, Equatable {
    public let name: String
    public let bytes: Int
    /// In hex, as published.
    public let md5: String

    /// - Parameter base: the official address or a mirror, with or without a slash at its end.
    public func url(base: String) -> String { base + (base.hasSuffix("/") ? "" : "/") + name }
}
