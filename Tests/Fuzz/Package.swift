// swift-tools-version: 6.2
import PackageDescription

// libFuzzer over the readers of what comes from outside. A package of its own, because everything in it is built with
// coverage and AddressSanitizer, for which `scripts/fuzz` passes the options.
//
// The rooms are the real ones, through the link `Rooms`. Of the HTTP rooms only the readers
// are taken along, file by file.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // Optimised, or it would be ten times slower; with `assert` all the same, and open to `@testable import`.
    .unsafeFlags(["-enable-testing", "-assert-config", "Debug"]),
]

/// A program whose `main` is libFuzzer's.
func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies + ["FuzzKit"], path: "Targets/\(name)",
        swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])])
}

let http: [Target.Dependency] = [
    "SweepHTTP", "SweepAPI", .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "NIOCore", package: "swift-nio"),
]

let package = Package(
    name: "sweepd-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        fuzzer("sweep-file", ["SweepModel"]),
        fuzzer("override", ["SweepModel"]),
        fuzzer("assignment", ["SweepModel"]),
        fuzzer("cifar-binary", ["Datasets", "NeuralCore"]),
        fuzzer("cifar-pickle", ["Datasets", "NeuralCore"]),
        fuzzer("idx", ["Datasets", "NeuralCore"]),
        fuzzer("npz", ["Datasets", "NeuralCore"]),
        fuzzer("gzip", ["Datasets"]),
        fuzzer("tar", ["Datasets"]),
        fuzzer("model", ["NeuralCore"]),
        fuzzer("checkpoint", ["NeuralCore"]),
        fuzzer("request-body", http),
        fuzzer("request-query", http),
        fuzzer("request-gate", http),
        fuzzer("event-stream", ["SweepClient"]),

        // Inputs as files, and how a broken promise is reported.
        .target(name: "FuzzKit", path: "Kit", swiftSettings: settings),

        .target(name: "CKernels", path: "Rooms/CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]),
        .target(name: "NeuralCore", dependencies: ["CKernels"], path: "Rooms/NeuralCore", swiftSettings: settings),
        .systemLibrary(name: "CZlib", path: "Rooms/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "Datasets",
            dependencies: ["NeuralCore", "CZlib", .product(name: "Crypto", package: "swift-crypto")],
            path: "Rooms/Datasets", swiftSettings: settings),
        .target(
            name: "SweepModel", dependencies: [.product(name: "Yams", package: "Yams")], path: "Rooms/SweepModel",
            swiftSettings: settings),
        .target(
            name: "SweepAnalysis", dependencies: ["SweepModel"], path: "Rooms/SweepAnalysis", swiftSettings: settings),
        .target(
            name: "SweepAPI", dependencies: ["SweepModel", "SweepAnalysis"], path: "Rooms/SweepAPI",
            swiftSettings: settings),
        .target(
            name: "SweepHTTP",
            dependencies: [
                "SweepAPI", "SweepModel", .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Http", swiftSettings: settings),
        .target(name: "SweepClient", path: "Stream", swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
