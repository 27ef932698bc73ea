// swift-tools-version: 6.2
import PackageDescription

// Rooms and arrows: docs/architecture.md. `scripts/check-rooms` holds the imports against them.

let settings: [SwiftSetting] = [
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "sweepd",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "sweepd", targets: ["sweepd"]),
        .executable(name: "sweepctl", targets: ["sweepctl"]),
        .executable(name: "reproduce", targets: ["reproduce"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.2.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.10.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.9.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.33.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.10.0"),
    ],
    targets: [
        // The daemon's `@main`.
        .executableTarget(name: "sweepd", dependencies: ["SweepDaemon"], swiftSettings: settings),
        // The client's `@main`.
        .executableTarget(name: "sweepctl", dependencies: ["SweepCommands"], swiftSettings: settings),
        // Re-enacts the exercise that sweepd grew from and prints its figures beside ours.
        .executableTarget(
            name: "reproduce",
            dependencies: ["NeuralCore", "Datasets", "Plots", "SweepAnalysis", "SweepModel", "SweepReport"],
            swiftSettings: settings),
        // Prints the speed of training steps beside the processor's peak.
        .executableTarget(
            name: "kernel-bench", dependencies: ["NeuralCore", "CKernels", "CPlatform"], swiftSettings: settings),
        // Plays sweeps on learning curves that it is given, for benchmarks/search.
        .executableTarget(name: "search-bench", dependencies: ["SweepModel"], swiftSettings: settings),

        // Register-blocked kernels, one body compiled once per instruction set, chosen at run time.
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]),
        // TwoLayerNet, losses, optimizers, schedules, the resumable run, random streams, the reference twin.
        .target(name: "NeuralCore", dependencies: ["CKernels"], swiftSettings: settings),
        // The system's zlib, a prerequisite of the Swift toolchain on Linux.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // Readers of image files, splits, the catalog of known data sets.
        .target(
            name: "Datasets",
            dependencies: ["NeuralCore", "CZlib", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings),
        // The sweep file, search space, enumeration, states, ranking, the store's protocol.
        .target(
            name: "SweepModel", dependencies: [.product(name: "Yams", package: "Yams")], swiftSettings: settings),
        // A store in memory, for tests of what stands on a store.
        .target(name: "SweepModelTestKit", dependencies: ["SweepModel"], swiftSettings: settings),
        // The numbered .sql files of migrations/, embedded in the binary.
        .target(
            name: "Migrations", path: "migrations",
            resources: [
                .embedInCode("0001_create_tables.sql"), .embedInCode("0002_add_learning_details.sql"),
                .embedInCode("0003_add_safety.sql"), .embedInCode("0004_add_pruning.sql"),
                .embedInCode("0005_add_ensembles.sql"), .embedInCode("0006_add_mirror.sql"),
            ],
            swiftSettings: settings),
        // SQLite through GRDB: records, queries, the migration runner.
        .target(
            name: "SweepStore",
            dependencies: ["Migrations", "SweepModel", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: settings),
        // What Swift cannot ask of the system: a note that a fatal signal leaves behind, the type of a file system.
        .target(name: "CPlatform"),
        // The scheduler, the worker pool, checkpoints, promotion.
        .target(
            name: "SweepEngine",
            dependencies: [
                "NeuralCore", "Datasets", "SweepModel", "CPlatform",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        // Statistics of finished trials: importance of parameters, noise, what a teacher would say.
        .target(name: "SweepAnalysis", dependencies: ["SweepModel"], swiftSettings: settings),
        // Figures as data, and how they are drawn: SVG, PNG, a terminal.
        .target(name: "Plots", dependencies: ["CZlib"], swiftSettings: settings),
        // Figures and reports made of what is known of sweeps and trials.
        .target(name: "SweepReport", dependencies: ["Plots", "SweepAnalysis", "SweepModel"], swiftSettings: settings),
        // Wire types: requests, replies, events, problems, paths.
        .target(name: "SweepAPI", dependencies: ["SweepModel", "SweepAnalysis"], swiftSettings: settings),
        // Routes, the event stream, metrics.
        .target(
            name: "SweepHTTP",
            dependencies: [
                "SweepAPI",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            resources: [
                .embedInCode("Resources/openapi.json"),
                .embedInCode("Dashboard/api.js"),
                .embedInCode("Dashboard/box.js"),
                .embedInCode("Dashboard/compare.js"),
                .embedInCode("Dashboard/dashboard.css"),
                .embedInCode("Dashboard/dashboard.js"),
                .embedInCode("Dashboard/dialogs.js"),
                .embedInCode("Dashboard/dom.js"),
                .embedInCode("Dashboard/filter.js"),
                .embedInCode("Dashboard/findings.js"),
                .embedInCode("Dashboard/index.html"),
                .embedInCode("Dashboard/plots.js"),
                .embedInCode("Dashboard/promotions.js"),
                .embedInCode("Dashboard/sweep.js"),
                .embedInCode("Dashboard/sweeps.js"),
                .embedInCode("Dashboard/table.js"),
                .embedInCode("Dashboard/theme.js"),
                .embedInCode("Dashboard/trial.js"),
            ],
            swiftSettings: settings),
        // The composition root: configuration, logging, signals, systemd, the service group.
        .target(
            name: "SweepDaemon",
            dependencies: [
                "SweepHTTP", "SweepEngine", "SweepStore", "SweepModel", "SweepAPI", "NeuralCore", "Datasets",
                "CPlatform", "Plots", "SweepAnalysis", "SweepReport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings),
        // A typed client over a Unix socket or TCP.
        .target(
            name: "SweepClient",
            dependencies: [
                "SweepAPI", "SweepModel",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings),
        // The dashboard on a port of loopback, for one browser, behind a token that is good for one time.
        .target(
            name: "DashboardProxy",
            dependencies: [
                "SweepClient", "SweepAPI",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        // One file a subcommand; output as table or JSON.
        .target(
            name: "SweepCommands",
            dependencies: [
                "SweepClient", "DashboardProxy", "SweepAPI", "SweepAnalysis", "SweepModel", "Datasets",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        // What holds the kernels to their bits: a table of trainings, their committed digests, the same in plain loops.
        .target(
            name: "KernelChecks", dependencies: ["CKernels"], path: "Tests/Support/KernelChecks",
            cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])],
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
        // Runs it without Swift, for other processors, and writes the digests.
        .executableTarget(
            name: "kernel-checks", dependencies: ["KernelChecks"], path: "Tests/Support/kernel-checks"),
        .testTarget(name: "CKernelsTests", dependencies: ["CKernels", "KernelChecks"], swiftSettings: settings),
        .testTarget(name: "NeuralCoreTests", dependencies: ["NeuralCore", "CKernels"], swiftSettings: settings),
        .testTarget(
            name: "DatasetsTests", dependencies: ["Datasets", "NeuralCore", "CZlib"], swiftSettings: settings),
        .testTarget(name: "PlotsTests", dependencies: ["Plots", "CZlib"], swiftSettings: settings),
        .testTarget(
            name: "SweepReportTests", dependencies: ["SweepReport", "Plots", "SweepAnalysis", "SweepModel"],
            swiftSettings: settings),
        .testTarget(
            name: "SweepModelTests", dependencies: ["SweepModel"], exclude: ["Fixtures"], swiftSettings: settings),
        .testTarget(
            name: "SweepAnalysisTests", dependencies: ["SweepAnalysis", "SweepModel"], exclude: ["Fixtures"],
            swiftSettings: settings),
        .testTarget(
            name: "SweepEngineTests",
            dependencies: [
                "SweepEngine", "SweepModel", "SweepModelTestKit", "NeuralCore", "Datasets",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SweepHTTPTests",
            dependencies: [
                "SweepHTTP", "SweepAPI", "SweepModel", "SweepClientTestKit",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SweepDaemonTests",
            dependencies: [
                "SweepDaemon", "SweepHTTP", "SweepAPI", "SweepModel", "sweepd",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        // The real programs in a temporary folder.
        .testTarget(name: "IntegrationTests", dependencies: ["sweepd", "sweepctl"], swiftSettings: settings),
        .testTarget(
            name: "SweepStoreTests",
            dependencies: [
                "SweepStore", "SweepModel", "SweepModelTestKit", "Migrations",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            exclude: ["Fixtures"],
            swiftSettings: settings),
        // A daemon that answers as a test tells it to, and replies with plausible contents.
        .target(
            name: "SweepClientTestKit",
            dependencies: [
                "SweepAPI", "SweepAnalysis", "SweepModel",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/SweepClientTests/Kit", swiftSettings: settings),
        .testTarget(
            name: "SweepClientTests",
            dependencies: [
                "SweepClient", "SweepClientTestKit", "SweepAPI", "SweepModel",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ],
            exclude: ["Kit"], swiftSettings: settings),
        .testTarget(
            name: "DashboardProxyTests",
            dependencies: [
                "DashboardProxy", "SweepClient", "SweepClientTestKit", "SweepAPI", "SweepModel",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SweepCommandsTests",
            dependencies: [
                "SweepCommands", "sweepctl", "SweepClient", "SweepClientTestKit", "SweepAPI", "SweepAnalysis",
                "SweepModel", "Datasets",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
