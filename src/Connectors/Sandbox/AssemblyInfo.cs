using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Connectors.Tests")]
